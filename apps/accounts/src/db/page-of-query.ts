import type { Page, PageOf } from '#libs/contracts';
import { pageOf, pageWindow, type CursorScope } from '#libs/postgres';
import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';

export interface ListedRow extends ObjectLiteral {
  readonly id: string;
  readonly createdAt: Date;
}

/** The place of a row in a list that is ordered by the time of creation. */
export function positionOf({ id, createdAt }: ListedRow) {
  return { created_at: createdAt.toISOString(), id };
}

/** One page, read with one statement. The query's alias is `item`. @throws AppError `invalid_limit`, `invalid_cursor` */
export async function pageOfQuery<Row extends ListedRow, Item>(
  query: SelectQueryBuilder<Row>,
  page: Page,
  scope: CursorScope,
  view: (row: Row) => Item,
): Promise<PageOf<Item>> {
  const { rows, after, beyond, direction } = pageWindow(page, scope);
  if (after !== undefined) query.andWhere(`(item.createdAt, item.id) ${beyond} (:created_at, :id)`, after);
  const order = direction === 'asc' ? 'ASC' : 'DESC';
  query.orderBy('item.createdAt', order).addOrderBy('item.id', order).limit(rows);
  return pageOf(await query.getMany(), page, scope, { positionOf, view });
}
