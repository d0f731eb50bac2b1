import { UUID } from '#libs/contracts';
import { AppError, parseRfc3339 } from '#libs/kernel';

/** The list that a cursor belongs to: on another route or for another organization it is refused. */
export interface CursorScope {
  readonly route: string;
  readonly org: string;
}
/** Position of the last row of a page in the order of the list. `created_at` has the format of `toISOString`. */
export interface CursorPosition {
  readonly created_at: string;
  readonly id: string;
}

/** The first moment of the year 1; Postgres has no year 0. */
const FIRST_OF_POSTGRES = -62_135_596_800_000;

/** Returns an opaque cursor. It holds a position and grants no access: the route checks permissions on every request. */
export function encodeCursor({ route, org, created_at, id }: CursorScope & CursorPosition): string {
  return Buffer.from(JSON.stringify([route, org, created_at, id])).toString('base64url');
}

/** @throws AppError `invalid_cursor` when `encodeCursor` did not return it for the same route and organization */
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
  if (!Number.isSafeInteger(seq)) throw invalid();
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
  return new AppError('invalid_cursor', 'The cursor does not belong to this list: start again without it', [
    { field: 'cursor', message: 'Does not belong to this list' },
  ]);
}
