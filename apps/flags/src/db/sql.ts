import { PLATFORM, type Scope } from '#libs/contracts';
import type { EntityManager } from 'typeorm';

/** Rows of any statement; TypeORM wraps those of UPDATE and DELETE. */
export async function rowsOf<R>(
  manager: EntityManager,
  sql: string,
  parameters: readonly unknown[] = [],
): Promise<R[]> {
  const result: unknown = await manager.query(sql, [...parameters]);
  return (isWrapped(result) ? result[0] : result) as R[];
}

/** The one row that a statement gives, or none. */
export async function rowOf<R>(
  manager: EntityManager,
  sql: string,
  parameters: readonly unknown[] = [],
): Promise<R | undefined> {
  return (await rowsOf<R>(manager, sql, parameters))[0];
}

/** What stands in `org_id`. */
export function orgIdOf(scope: Scope): string | null {
  return scope === PLATFORM ? null : scope;
}

export function scopeOfRow(orgId: string | null): Scope {
  return orgId ?? PLATFORM;
}

/**
 * The rows of one scope and no others, with the organization's id or null as $1. Not `is not distinct from`, which no index
 * serves: the planner knows $1 and keeps one of the two sides.
 */
export function ofScope(table: string): string {
  return `(${table}.org_id = $1::uuid or ($1::uuid is null and ${table}.org_id is null))`;
}

function isWrapped(result: unknown): result is [unknown[], number] {
  return Array.isArray(result) && result.length === 2 && Array.isArray(result[0]) && typeof result[1] === 'number';
}
