import type { Scope } from '../scope.js';

/**
 * Receipts: evaluators write the versions that they hold, and the gateway reads them (specification 05, "Propagation receipts").
 * All times are unix ms by the clock of Redis, because the clocks of machines differ.
 */

/** Sorted set: a member per evaluator, `<service>:<id>`, by the time of its last receipt. */
export const EVALUATORS = 'loom:evaluators';
/** Time at which the set was created. After a loss of Redis it lacks the evaluators that have not written a receipt since then. */
export const EVALUATORS_SINCE = 'loom:evaluators:since';
/** Hash of one evaluator: `@started`, a `HeldVersion` per scope, `streams:<org>`. One hash per evaluator, so that a change costs one command. */
export const evaluatorKey = (member: string): string => `loom:evaluator:${member}`;
export const STARTED_FIELD = '@started';
export const streamsField = (orgId: string): string => `streams:${orgId}`;
/** `<epoch> <version> <time>`: newest version of a scope in Redis, and when flags wrote it. Flags writes it before it publishes. */
export const announcedKey = (scope: Scope): string => `loom:announced:${scope}`;
export const ANNOUNCED_TTL_S = 7 * 86_400;

/** Longest time between two receipts of an evaluator. */
export const WORD_MS = 10_000;
/** An evaluator without a receipt for this long is silent. A process that hangs is reported within 15 s. */
export const SILENT_MS = 12_000;

/** The version of one scope that an evaluator holds: `<epoch> <version> <since> <loaded>`. */
export interface HeldVersion {
  readonly epoch: string;
  readonly version: number;
  /** Since when it has held this version. */
  readonly since: number;
  /** Since when it has held any version of the scope; before that it was not behind. */
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
