import { AppError } from '#libs/kernel';
import { UnfitData } from '../application/packs/ports.js';

/** Classes of SQLSTATE: data exceptions, violated constraints, and limits that a single row exceeds (a too long index entry). */
const UNFIT_CLASSES = new Set(['22', '23', '54']);
const CHECK_VIOLATION = '23514';

interface DatabaseError {
  readonly code?: unknown;
  readonly constraint?: unknown;
  readonly message?: unknown;
}

/**
 * Why events were not stored: `UnfitData` when the data itself is the cause, so that another attempt is pointless. Every other cause
 * (database, missing migration, bug) is `store_unavailable` and is retried, since it must never lose an event.
 */
export function asStoreFailure(error: unknown): Error {
  if (error instanceof AppError) return error;
  const { code, constraint, message } = error as DatabaseError;
  const isUnfit = typeof code === 'string' && code.length === 5 && UNFIT_CLASSES.has(code.slice(0, 2));
  // A violation without a constraint name is one of partition bounds: the partition changed while the row was inserted.
  if (!isUnfit || (code === CHECK_VIOLATION && constraint === undefined)) {
    return new AppError('store_unavailable', 'Events cannot be stored at the moment', [], { cause: error });
  }
  // Postgres quotes the value after the colon.
  const [withoutValue] = String(message).split(': ');
  return new UnfitData(`${withoutValue} (SQLSTATE ${code})`, { cause: error });
}
