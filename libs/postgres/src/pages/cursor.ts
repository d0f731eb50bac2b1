import { UUID } from '#libs/contracts';
import { AppError } from '#libs/kernel';

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

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

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
  if (typeof createdAt !== 'string' || !isMoment(createdAt)) throw invalid();
  return { created_at: createdAt, id };
}

/** Databases do not read all that JavaScript takes for a time: the year 0, or words. */
function isMoment(text: string): boolean {
  return MOMENT.test(text) && !text.startsWith('0000') && !Number.isNaN(Date.parse(text));
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
