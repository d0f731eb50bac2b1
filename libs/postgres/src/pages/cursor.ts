import { UUID } from '#libs/contracts';
import { AppError, parseRfc3339 } from '#libs/kernel';

/** What a cursor belongs to: it is refused on another route or for another organization. */
export interface CursorScope {
  readonly route: string;
  readonly org: string;
}
/** The last row seen. `created_at` is what `toISOString` writes. */
export interface CursorPosition {
  readonly created_at: string;
  readonly id: string;
}

/** The first moment of the year 1; Postgres has no year 0. */
const FIRST_OF_POSTGRES = -62_135_596_800_000;
/** The largest `integer` of Postgres. */
const MAX_SEQ = 2 ** 31 - 1;

/** An opaque cursor. It holds a place, not a permission: the route's own checks decide who may read. */
export function encodeCursor({ route, org, created_at, id }: CursorScope & CursorPosition): string {
  return Buffer.from(JSON.stringify([route, org, created_at, id])).toString('base64url');
}

/** @throws AppError `invalid_cursor` when it was not made by `encodeCursor` for the same route and organization. */
export function decodeCursor(cursor: string, scope: CursorScope): CursorPosition {
  const parts = parse(cursor);
  if (!Array.isArray(parts) || parts.length !== 4) throw invalid();
  const [route, org, createdAt, id] = parts as unknown[];
  if (route !== scope.route || org !== scope.org) throw invalid();
  if (typeof id !== 'string' || !UUID.test(id)) throw invalid();
  if (typeof createdAt !== 'string' || !isCreationTime(createdAt)) throw invalid();
  return { created_at: createdAt, id };
}

/** The same for a list in the order of a number, such as the versions of one object. */
export function encodeSeqCursor({ route, org }: CursorScope, seq: number): string {
  return Buffer.from(JSON.stringify([route, org, seq])).toString('base64url');
}

/** @throws AppError `invalid_cursor` when it was not made by `encodeSeqCursor` for the same route and organization. */
export function decodeSeqCursor(cursor: string, scope: CursorScope): number {
  const parts = parse(cursor);
  if (!Array.isArray(parts) || parts.length !== 3) throw invalid();
  const [route, org, seq] = parts as unknown[];
  if (route !== scope.route || org !== scope.org) throw invalid();
  if (!Number.isInteger(seq) || Math.abs(seq as number) > MAX_SEQ) throw invalid();
  return seq as number;
}

/** Exactly what `encodeCursor` was given: Postgres fails on other texts, such as the year 0. */
function isCreationTime(text: string): boolean {
  const instant = parseRfc3339(text, { earliest: FIRST_OF_POSTGRES });
  return instant !== undefined && new Date(instant).toISOString() === text;
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

function invalid(): AppError {
  return new AppError('invalid_cursor', 'The cursor is not one of this list: start again without it', [
    { field: 'cursor', message: 'Is not one of this list' },
  ]);
}
