import { MAX_PAGE_BYTES, type Page, type PageOf } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import { decodeCursor, encodeCursor, type CursorPosition, type CursorScope } from './cursor.js';
import type { CutRows } from './rows-within.js';

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
 * @param read at most `rows` of the window; the one beyond `limit` only shows that there is a next page
 * @param scope the list that the next cursor belongs to
 */
export function pageOf<Row, Item>(
  read: readonly Row[] | CutRows<Row>,
  { limit }: Pick<Page, 'limit'>,
  scope: CursorScope,
  { positionOf, view }: { positionOf: (row: Row) => CursorPosition; view: (row: Row) => Item },
): PageOf<Item> {
  const cursorOf = (row: Row): string => encodeCursor({ ...scope, ...positionOf(row) });
  return cutPage(read, limit, { cursorOf, view });
}

/**
 * Returns a page: it ends at the limit, where the rows were cut, or before its JSON exceeds `MAX_PAGE_BYTES`, and holds one item at
 * least. Its cursor continues after its last item.
 */
export function cutPage<Row, Item>(
  read: readonly Row[] | CutRows<Row>,
  limit: number,
  { cursorOf, view }: { cursorOf: (row: Row) => string; view: (row: Row) => Item },
): PageOf<Item> {
  const { rows, isCut } = 'isCut' in read ? read : { rows: read, isCut: false };
  const data = fittingItems(rows.slice(0, limit), view);
  const hasMore = isCut || data.length < rows.length;
  const last = hasMore ? rows[data.length - 1] : undefined;
  return { data, next_cursor: last === undefined ? null : cursorOf(last), has_more: last !== undefined };
}

function fittingItems<Row, Item>(rows: readonly Row[], view: (row: Row) => Item): Item[] {
  const items: Item[] = [];
  let bytes = 0;
  for (const row of rows) {
    const item = view(row);
    bytes += Buffer.byteLength(JSON.stringify(item));
    if (bytes > MAX_PAGE_BYTES && items.length > 0) return items;
    items.push(item);
  }
  return items;
}
