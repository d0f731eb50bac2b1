import { sameJson, type Json } from '#libs/kernel';

/** A thing whose changes are counted. */
interface Versioned {
  readonly version: number;
  readonly updatedAt: Date;
}
const OF_THE_CHANGE: ReadonlySet<string> = new Set(['version', 'updatedAt'] satisfies (keyof Versioned)[]);

/**
 * Whether a change leaves everything as it is, but for the version and the time of the change. Then nothing is written: no version,
 * no fact, no audit entry.
 */
export function isUnchanged<T extends Versioned>(before: T, after: T): boolean {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof T & string>;
  return [...names].every((name) => OF_THE_CHANGE.has(name) || isSame(before[name], after[name]));
}

function isSame(a: unknown, b: unknown): boolean {
  if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime();
  return a === b || sameJson((a ?? null) as Json, (b ?? null) as Json);
}
