import type { RulesetDocument } from '#libs/contracts';

/** Estimated overhead of a value in V8, besides its text. */
const PER_VALUE = 16;

/** Estimates the memory of a document in bytes. It serialises nothing: this runs while a change is applied. */
export function documentBytes(document: RulesetDocument | null): number {
  return document === null ? 0 : bytesOf(document);
}

function bytesOf(value: unknown): number {
  if (typeof value === 'string') return PER_VALUE + value.length;
  if (typeof value !== 'object' || value === null) return PER_VALUE;
  let bytes = PER_VALUE;
  if (Array.isArray(value)) for (const item of value) bytes += bytesOf(item);
  // Property names are shared by all objects of a shape.
  else for (const name in value) bytes += bytesOf((value as Record<string, unknown>)[name]);
  return bytes;
}
