import { AppError } from '#libs/kernel';
import { QUERY_TIMEOUT } from './guarded-client.js';

/** Deadlock and serialization failure: the same transaction may succeed when it is repeated. */
const REPEATABLE = new Set(['40P01', '40001']);
/**
 * SQLSTATE classes: connection, resources, operator intervention, system; also authentication and missing database, before
 * `prepare` has run.
 */
const UNAVAILABLE_CLASSES = new Set(['08', '28', '3D', '53', '57', '58']);
/** Lock timeout, idle in transaction, read-only after a failover, and deadlocks that all retries failed on. */
const UNAVAILABLE_CODES = new Set(['55P03', '25P03', '25006', ...REPEATABLE]);
const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
/** Messages of errors without a code: the connection is lost or unusable. */
const LOST_CONNECTION = [
  QUERY_TIMEOUT,
  'timeout exceeded when trying to connect',
  'Connection terminated',
  'not queryable',
  'already released',
];

/** Whether a statement violated a unique constraint or index: the given one, or any. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  return codeOf(error) === '23505' && (constraint === undefined || field(error, 'constraint') === constraint);
}

export function isWorthRepeating(error: unknown): boolean {
  return REPEATABLE.has(codeOf(error));
}

/** Returns `store_unavailable` for errors of an unreachable or overloaded database, and every other error unchanged. */
export function asStoreError(error: unknown): unknown {
  return error instanceof AppError || !isUnavailable(error) ? error : storeUnavailable(error);
}

export function storeUnavailable(cause: unknown): AppError {
  return new AppError('store_unavailable', 'The database is unavailable; try again shortly', [], { cause });
}

function isUnavailable(error: unknown): boolean {
  const code = codeOf(error);
  if (UNAVAILABLE_CODES.has(code) || NETWORK.has(code)) return true;
  if (code.length === 5) return UNAVAILABLE_CLASSES.has(code.slice(0, 2));
  const message = error instanceof Error ? error.message : '';
  return LOST_CONNECTION.some((text) => message.includes(text));
}

function codeOf(error: unknown): string {
  return field(error, 'code') ?? '';
}

/** TypeORM copies the fields of the driver's error onto its own. */
function field(error: unknown, name: 'code' | 'constraint'): string | undefined {
  const value: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
  return typeof value === 'string' ? value : undefined;
}
