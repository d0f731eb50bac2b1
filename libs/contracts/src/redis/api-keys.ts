import type { KeyRecord } from '../api-keys/key-record.js';

/** Key record, written by accounts and read by edge services. A `RevokedKey` replaces the record of a revoked key. */
export const keyRecordKey = (lookupId: string): string => `loom:key:${lookupId}`;
/** Sorted set of the lookup ids of revoked keys by time of revocation, unix ms by the clock of accounts. */
export const REVOKED_KEYS = 'loom:keys:revoked';
/** A member of the set with score +inf while the set covers a whole day. A set that Redis lost and that grows again lacks it. */
export const REVOKED_KEYS_WHOLE = '@whole';
/** Unix ms up to which the set is complete. Expires after `REVOKED_AS_OF_TTL_MS`, so that readers need not compare clocks. */
export const REVOKED_AS_OF = 'loom:keys:revoked:as_of';
export const REVOKED_AS_OF_TTL_MS = 10_000;

/** The record of a revoked key. */
export interface RevokedKey {
  readonly lookup_id: string;
  readonly revoked_at: string;
}
/** The result of a lookup. `null`: there is no such key. */
export type FoundKey = KeyRecord | RevokedKey | null;

export function isLiveRecord(found: KeyRecord | RevokedKey): found is KeyRecord {
  return found.revoked_at === undefined;
}
