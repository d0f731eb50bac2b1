import { Secret } from '#libs/kernel';
import { isHiddenInLogs } from './secret-names.js';

const REDACTED = '[redacted]';
const MAX_DEPTH = 8;
const MAX_TEXT = 8_192;
/**
 * Replaced wherever they occur in a text: API keys, JWTs, Authorization values, e-mail addresses, passwords in URLs, US social
 * security numbers, card numbers, phone numbers. Order matters: a key or token may contain digits that look like a card number.
 */
const PATTERNS: readonly RegExp[] = [
  /loom_(?:flags|analytics)_[a-z]+_[A-Za-z0-9_]{8,}/g,
  /\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?/g,
  /\b(?:bearer|basic) +[A-Za-z0-9._~+/=-]{6,}/gi,
  /[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+/g,
  /(?<=:\/\/[^\s/:@]{0,100}:)[^\s/@]{1,200}(?=@)/g,
  /\b\d{3}-\d{2}-\d{4}\b/g,
  /\b(?:\d{4}[ -]){3}\d{1,7}\b/g,
  /(?<![\w.-])\+\d{1,3}[ -]?\(?\d{2,4}\)?[ -]?\d{3,4}[ -]?\d{3,4}(?![\w.-])/g,
];

/** Returns the text with API keys, tokens, e-mail addresses and other `PATTERNS` replaced; cut after 8,192 characters. */
export function redactText(text: string): string {
  const short = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}… (${text.length} characters)` : text;
  return PATTERNS.reduce((result, pattern) => result.replace(pattern, REDACTED), short);
}

/**
 * Returns a plain copy for a log line: values under secret or personal names and `Secret`s become `[redacted]`, texts pass
 * through `redactText`, errors become plain objects. Levels below the eighth and circular references become `[…]`.
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
  const plain = value instanceof Error ? partsOf(value) : value;
  return Object.fromEntries(
    Object.entries(plain).map(([name, inner]) => [name, isHidden(name, inner) ? REDACTED : copy(inner, depth, path)]),
  );
}

function partsOf(error: Error): object {
  const { name, message, stack, cause } = error;
  return {
    type: name,
    message,
    ...Object.fromEntries(Object.entries(error)),
    stack,
    ...(cause !== undefined && { cause }),
  };
}

function isHidden(name: string, value: unknown): boolean {
  if (value === null || value === undefined || typeof value === 'number' || typeof value === 'boolean') return false;
  return isHiddenInLogs(name);
}
