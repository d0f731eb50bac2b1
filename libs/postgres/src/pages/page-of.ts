import type { Page, PageOf } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import { decodeCursor, encodeCursor, type CursorPosition, type CursorScope } from './cursor.js';

const MAX_LIMIT = 200;
const ASCENDING = { direction: 'asc', beyond: '>' } as const;
const DESCENDING = { direction: 'desc', beyond: '<' } as const;

/** Which rows a query reads for one page: one row more than the page holds shows whether there is a next page. */
export interface PageWindow {
  readonly rows: number;
  /** Position of the last row of the previous page; absent for the first page. */
  readonly after?: CursorPosition;
  readonly direction: 'asc' | 'desc';
  /** Operator of the SQL condition `(created_at, id) <operator> after`. */
  readonly beyond: '>' | '<';
}

/** Returns the rows to read for a page. @throws AppError `invalid_limit`, `invalid_cursor` */
export function pageWindow({ limit, cursor, order }: Page, scope: CursorScope): PageWindow {
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw new AppError('invalid_limit', `limit must be a whole number from 1 to ${MAX_LIMIT}`, [
      { field: 'limit', message: 'Out of range' },
    ]);
  }
  const after = cursor === undefined ? undefined : decodeCursor(cursor, scope);
  return { rows: limit + 1, after, ...(order === 'asc' ? ASCENDING : DESCENDING) };
}

/**
 * Returns the page of the rows that were read for its window.
 * @param rows at most `rows` of the window; the one beyond `limit` only shows that there is a next page
 * @param scope the list that the next cursor belongs to
 */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  { limit }: Pick<Page, 'limit'>,
  scope: CursorScope,
  { positionOf, view }: { positionOf: (row: Row) => CursorPosition; view: (row: Row) => Item },
): PageOf<Item> {
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  const next_cursor = last === undefined ? null : encodeCursor({ ...scope, ...positionOf(last) });
  return { data: shown.map(view), next_cursor, has_more: next_cursor !== null };
}
