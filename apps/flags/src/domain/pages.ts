import { UUID, type Page } from '#libs/contracts';
import { AppError } from '#libs/kernel';

/** Where a page ends: the next one begins after this row. */
export interface Position {
  readonly at: Date;
  readonly id: string;
}

const MAX_LIMIT = 200;

/** @throws AppError `invalid_limit` */
export function checkPage({ limit }: Page): void {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT) return;
  throw new AppError('invalid_limit', `limit must be 1 to ${MAX_LIMIT}`, [{ field: 'limit', message: 'out of range' }]);
}

/** `list` names route, scope and order: a cursor is good for the list that gave it. */
export function writeCursor(list: string, { at, id }: Position): string {
  return write([list, at.getTime(), id]);
}

/** @throws AppError `invalid_cursor` for anything that this list did not give */
export function readCursor(list: string, cursor: string): Position {
  const [from, at, id] = parse(cursor);
  if (from === list && Number.isSafeInteger(at) && typeof id === 'string' && UUID.test(id)) {
    return { at: new Date(at as number), id };
  }
  throw unknownCursor();
}

/** The same for a list in the order of a number. */
export function writeSeqCursor(list: string, seq: number): string {
  return write([list, seq]);
}

/** @throws AppError `invalid_cursor` */
export function readSeqCursor(list: string, cursor: string): number {
  const [from, seq, ...rest] = parse(cursor);
  if (from === list && rest.length === 0 && Number.isInteger(seq) && Math.abs(seq as number) < 2 ** 31) {
    return seq as number;
  }
  throw unknownCursor();
}

function unknownCursor(): AppError {
  const details = [{ field: 'cursor', message: 'unknown' }];
  return new AppError('invalid_cursor', 'The cursor is not one of this list', details);
}

function write(cursor: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

function parse(cursor: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
