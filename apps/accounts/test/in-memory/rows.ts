import type { Page, PageOf } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import { pageOf, pageWindow, type CursorScope } from '#libs/postgres';

interface Listed {
  readonly id: string;
  readonly createdAt: Date;
}

/** One page of rows in the order of (createdAt, id). @throws AppError `invalid_limit`, `invalid_cursor` */
export function pageOfRows<Row, Item>(
  rows: readonly Row[],
  page: Page,
  scope: CursorScope,
  { listed, view }: { listed: (row: Row) => Listed; view: (row: Row) => Item },
): PageOf<Item> {
  const window = pageWindow(page, scope);
  const positionOf = (row: Row) => ({ created_at: listed(row).createdAt.toISOString(), id: listed(row).id });
  const placeOf = (row: Row) => Object.values(positionOf(row)).join(' ');
  const sign = window.direction === 'asc' ? 1 : -1;
  const after = window.after && `${window.after.created_at} ${window.after.id}`;
  const wanted = rows
    .filter((row) => after === undefined || sign * compare(placeOf(row), after) > 0)
    .toSorted((one, other) => sign * compare(placeOf(one), placeOf(other)));
  return pageOf(wanted.slice(0, window.rows), page, scope, { positionOf, view });
}

export function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

export function notFound(what: string): AppError {
  return new AppError('not_found', `There is no such ${what}`);
}

export function taken(field: string): AppError {
  return new AppError('already_exists', `The ${field} is taken`, [{ field, message: 'Is taken' }]);
}

export function changedMeanwhile(what: string): AppError {
  return new AppError('version_conflict', `The ${what} changed meanwhile`);
}
