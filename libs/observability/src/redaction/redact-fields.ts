import { Secret } from '#libs/kernel';
import { errorFields } from './error-fields.js';
import { redactText } from './patterns.js';
import { isHiddenInLogs } from './secret-names.js';

const REDACTED = '[redacted]';
const MAX_DEPTH = 8;
/**
 * Returns a plain copy for a log line: values under secret or personal names and `Secret`s become `[redacted]`, texts pass
 * through `redactText`, errors become plain objects of their safe fields. Levels below the eighth and circular references become `[…]`.
 */
export function redactFields(fields: object): Record<string, unknown> {
  return copy(fields, 0, new WeakSet()) as Record<string, unknown>;
}

function copy(value: unknown, depth: number, path: WeakSet<object>): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'function' || typeof value === 'symbol') return undefined;
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Secret) return REDACTED;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (depth >= MAX_DEPTH || path.has(value)) return '[…]';
  path.add(value);
  const result = copyObject(value, depth + 1, path);
  path.delete(value);
  return result;
}

function copyObject(value: object, depth: number, path: WeakSet<object>): unknown {
  if (Array.isArray(value)) return value.slice(0, 100).map((item) => copy(item, depth, path));
  const plain = value instanceof Error ? errorFields(value) : value;
  return Object.fromEntries(
    Object.entries(plain).map(([name, inner]) => [name, isHidden(name, inner) ? REDACTED : copy(inner, depth, path)]),
  );
}

function isHidden(name: string, value: unknown): boolean {
  if (value === null || value === undefined || typeof value === 'number' || typeof value === 'boolean') return false;
  return isHiddenInLogs(name);
}
