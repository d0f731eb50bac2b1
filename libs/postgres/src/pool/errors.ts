import { AppError } from '#libs/kernel';
import { QUERY_TIMEOUT } from './guarded-client.js';

/** Deadlock and serialization failure: the same transaction may pass when it is run again. */
const AGAIN = new Set(['40P01', '40001']);
/** Connection, resources, operator's intervention, system; authentication and database missing, before the first set-up. */
const UNAVAILABLE_CLASSES = new Set(['08', '28', '3D', '53', '57', '58']);
/** Lock timeout; idle in transaction; read-only after a failover; and what is left of a deadlock after its retries. */
const UNAVAILABLE_CODES = new Set(['55P03', '25P03', '25006', ...AGAIN]);
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
const LOST = [
  QUERY_TIMEOUT,
  'timeout exceeded when trying to connect',
  'Connection terminated',
  'not queryable',
  'already released',
];

/** Whether a statement broke a unique constraint or index; of that name, when given. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  return codeOf(error) === '23505' && (constraint === undefined || field(error, 'constraint') === constraint);
}

export function isWorthRepeating(error: unknown): boolean {
  return AGAIN.has(codeOf(error));
}

/** Turns the failures of a store that is away or overloaded into `store_unavailable`; every other error stays what it is. */
export function asStoreError(error: unknown): unknown {
  return error instanceof AppError || !isUnavailable(error) ? error : storeUnavailable(error);
}

export function storeUnavailable(cause: unknown): AppError {
  return new AppError('store_unavailable', 'The database cannot be used at the moment', [], { cause });
}

function isUnavailable(error: unknown): boolean {
  const code = codeOf(error);
  if (UNAVAILABLE_CODES.has(code) || NETWORK.has(code)) return true;
  if (code.length === 5) return UNAVAILABLE_CLASSES.has(code.slice(0, 2));
  const message = error instanceof Error ? error.message : '';
  return LOST.some((text) => message.includes(text));
}

function codeOf(error: unknown): string {
  return field(error, 'code') ?? '';
}

/** TypeORM copies the driver's fields onto its own error; a failed connection to several addresses holds them one deeper. */
function field(error: unknown, name: 'code' | 'constraint'): string | undefined {
  const value: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
  return typeof value === 'string' ? value : undefined;
}
