import type { Scope } from '../scope.js';

/**
 * What evaluators write of themselves and the gateway reads (specification 05, "Propagation receipts"). All times are unix ms by
 * the clock of Redis: those of machines differ.
 */

/** Sorted set: a member per evaluator, `<service>:<id>`, by the time of its last word. */
export const EVALUATORS = 'loom:evaluators';
/** When the set was begun: one that was lost and begun again lacks those who have not spoken since. */
export const EVALUATORS_SINCE = 'loom:evaluators:since';
/** Hash of one evaluator: `@started`, a `HeldVersion` per scope, `streams:<org>`. One per evaluator: a change costs one command. */
export const evaluatorKey = (member: string): string => `loom:evaluator:${member}`;
export const STARTED_FIELD = '@started';
export const streamsField = (orgId: string): string => `streams:${orgId}`;
/** `<epoch> <version> <time>`: when flags wrote the newest version of a scope to Redis, which it does before it publishes. */
export const announcedKey = (scope: Scope): string => `loom:announced:${scope}`;
export const ANNOUNCED_TTL_S = 7 * 86_400;

/** Each evaluator says something this often at least. */
export const WORD_MS = 10_000;
/** Who has said nothing for so long is silent: a process that hangs is named within 15 s. */
export const SILENT_MS = 12_000;

/** One scope as an evaluator holds it: `<epoch> <version> <since> <loaded>`. */
export interface HeldVersion {
  readonly epoch: string;
  readonly version: number;
  /** Since when it holds this version. */
  readonly since: number;
  /** Since when it holds any version of the scope: before that it was not behind. */
  readonly loaded: number;
}
export interface Announced {
  readonly epoch: string;
  readonly version: number;
  readonly at: number;
}

export function parseHeld(text: string | null | undefined): HeldVersion | undefined {
  if (text == null) return undefined;
  const [epoch = '', version, since, loaded] = text.split(' ');
  return { epoch, version: Number(version), since: Number(since), loaded: Number(loaded) };
}

export function parseAnnounced(text: string | null | undefined): Announced | undefined {
  if (text == null) return undefined;
  const [epoch = '', version, at] = text.split(' ');
  return { epoch, version: Number(version), at: Number(at) };
}
