import type { Page, PageOf } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import { decodeCursor, encodeCursor, type CursorPosition, type CursorScope } from './cursor.js';

const MAX_LIMIT = 200;
const ASCENDING = { direction: 'asc', beyond: '>' } as const;
const DESCENDING = { direction: 'desc', beyond: '<' } as const;

/** Which rows a query reads for one page: one row more than the page holds shows whether there is a next page. */
export interface PageWindow {
  readonly rows: number;
  /** The last row of the page before; absent for the first page. */
  readonly after?: CursorPosition;
  readonly direction: 'asc' | 'desc';
  /** How (created_at, id) of a wanted row compares with `after`. */
  readonly beyond: '>' | '<';
}

/** @throws AppError `invalid_limit`, `invalid_cursor` */
export function pageWindow({ limit, cursor, order }: Page, scope: CursorScope): PageWindow {
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw new AppError('invalid_limit', `limit is 1 to ${MAX_LIMIT}`, [{ field: 'limit', message: 'Out of range' }]);
  }
  const after = cursor === undefined ? undefined : decodeCursor(cursor, scope);
  return { rows: limit + 1, after, ...(order === 'asc' ? ASCENDING : DESCENDING) };
}

/** The page that the rows of a window make. `positionOf` gives the place of a row in the order of the list. */
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
