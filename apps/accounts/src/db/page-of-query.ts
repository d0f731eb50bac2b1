import { AppError } from '#libs/kernel';
import type { Page, PageOf } from '#libs/contracts';
import { decodeCursor, encodeCursor, type CursorScope } from '#libs/postgres';
import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';

const MAX_LIMIT = 200;

export interface Listed extends ObjectLiteral {
  readonly id: string;
  readonly createdAt: Date;
}

/** Where a page begins and how far it goes: one row more than asked tells whether there are more. */
export interface PageWindow {
  readonly rows: number;
  readonly after?: { readonly created_at: string; readonly id: string };
  readonly direction: 'ASC' | 'DESC';
}

/** @throws AppError `invalid_limit`, `invalid_cursor` */
export function windowOf({ limit, cursor, order }: Page, scope: CursorScope): PageWindow {
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw new AppError('invalid_limit', `limit is 1 to ${MAX_LIMIT}`, [{ field: 'limit', message: 'Out of range' }]);
  }
  const after = cursor === undefined ? undefined : decodeCursor(cursor, scope);
  return { rows: limit + 1, after, direction: order === 'desc' ? 'DESC' : 'ASC' };
}

/** The page that a window's rows make. */
export function pageFrom<R extends Listed, T>(
  rows: readonly R[],
  limit: number,
  scope: CursorScope,
  to: (row: R) => T,
): PageOf<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const more = rows.length > limit && last !== undefined;
  const cursor = more ? encodeCursor({ ...scope, created_at: last.createdAt.toISOString(), id: last.id }) : null;
  return { data: shown.map(to), next_cursor: cursor, has_more: more };
}

/** One page of a query, in one query; the query's alias is `item`. */
export async function pageOf<R extends Listed, T>(
  query: SelectQueryBuilder<R>,
  page: Page,
  scope: CursorScope,
  to: (row: R) => T,
): Promise<PageOf<T>> {
  const { rows, after, direction } = windowOf(page, scope);
  if (after !== undefined) {
    query.andWhere(`(item.createdAt, item.id) ${direction === 'ASC' ? '>' : '<'} (:created_at, :id)`, after);
  }
  query.orderBy('item.createdAt', direction).addOrderBy('item.id', direction).limit(rows);
  return pageFrom(await query.getMany(), page.limit, scope, to);
}
