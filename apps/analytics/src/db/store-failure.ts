import { AppError } from '#libs/kernel';
import { UnfitData } from '../application/ports.js';

/** Data exceptions; broken constraints; limits that one row breaks (an index entry that is too long). */
const UNFIT_CLASSES = new Set(['22', '23', '54']);
const CHECK_VIOLATION = '23514';

interface DatabaseError {
  readonly code?: unknown;
  readonly constraint?: unknown;
  readonly message?: unknown;
}

/**
 * Whose fault it is that events were not stored: theirs (`UnfitData`), and nobody needs to try them again; or that of the database,
 * a missing migration or a bug of ours, which must never cost an event: then it is `store_unavailable`, whatever it is.
 */
export function asStoreFailure(error: unknown): Error {
  if (error instanceof AppError) return error;
  const { code, constraint, message } = error as DatabaseError;
  const isUnfit = typeof code === 'string' && code.length === 5 && UNFIT_CLASSES.has(code.slice(0, 2));
  // Without a name it is the bounds of a partition: a new one came between finding the row's place and taking it.
  if (!isUnfit || (code === CHECK_VIOLATION && constraint === undefined)) {
    return new AppError('store_unavailable', 'Events cannot be stored at the moment', [], { cause: error });
  }
  // What follows the colon quotes the value.
  const [what] = String(message).split(': ');
  return new UnfitData(`${what} (SQLSTATE ${code})`, { cause: error });
}
