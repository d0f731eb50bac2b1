import type { RulesetDocument } from '#libs/contracts';

/** What V8 takes for a value besides its text: a header, a pointer, a little of the rest. */
const PER_VALUE = 16;

/** About how much memory a document takes, in bytes. No text is made for it: this runs while a change is swapped in. */
export function documentBytes(document: RulesetDocument | null): number {
  return document === null ? 0 : bytesOf(document);
}

function bytesOf(value: unknown): number {
  if (typeof value === 'string') return PER_VALUE + value.length;
  if (typeof value !== 'object' || value === null) return PER_VALUE;
  let bytes = PER_VALUE;
  if (Array.isArray(value)) for (const item of value) bytes += bytesOf(item);
  // Names are shared by all objects of a shape.
  else for (const name in value) bytes += bytesOf((value as Record<string, unknown>)[name]);
  return bytes;
}
