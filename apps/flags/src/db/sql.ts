import { PLATFORM, type Scope } from '#libs/contracts';
import type { EntityManager } from 'typeorm';

/** The rows that a statement returns. TypeORM wraps those of UPDATE and DELETE. */
export async function rowsOf<R>(
  manager: EntityManager,
  sql: string,
  parameters: readonly unknown[] = [],
): Promise<R[]> {
  const result: unknown = await manager.query(sql, [...parameters]);
  return (isWrapped(result) ? result[0] : result) as R[];
}

/** The first row that a statement returns, if any. */
export async function rowOf<R>(
  manager: EntityManager,
  sql: string,
  parameters: readonly unknown[] = [],
): Promise<R | undefined> {
  return (await rowsOf<R>(manager, sql, parameters))[0];
}

/** The value of the column `org_id`. */
export function orgIdOf(scope: Scope): string | null {
  return scope === PLATFORM ? null : scope;
}

export function scopeOfRow(orgId: string | null): Scope {
  return orgId ?? PLATFORM;
}

/**
 * A condition for the rows of one scope alone; $1 is the organization's id or null. Not `is not distinct from`, which uses no
 * index: the planner knows $1 and keeps one of the two sides.
 */
export function ofScope(table: string): string {
  return `(${table}.org_id = $1::uuid or ($1::uuid is null and ${table}.org_id is null))`;
}

function isWrapped(result: unknown): result is [unknown[], number] {
  return Array.isArray(result) && result.length === 2 && Array.isArray(result[0]) && typeof result[1] === 'number';
}
