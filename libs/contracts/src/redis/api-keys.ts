import type { KeyRecord } from '../api-keys.js';

/** What accounts writes and edge services read. `RevokedKey` stands in the place of the record once the key is revoked. */
export const keyRecordKey = (lookupId: string): string => `loom:key:${lookupId}`;
/** Sorted set of look-up ids by the time of their revocation, unix ms by the clock of accounts. */
export const REVOKED_KEYS = 'loom:keys:revoked';
/** A member of the set, at +inf, as long as it holds a whole day: a set that was lost and begun again lacks it. */
export const REVOKED_KEYS_WHOLE = '@whole';
/** Unix ms up to which the set is whole; lives for `REVOKED_AS_OF_TTL_MS`, so that its age needs no common clock. */
export const REVOKED_AS_OF = 'loom:keys:revoked:as_of';
export const REVOKED_AS_OF_TTL_MS = 10_000;

/** A record that says nothing but that the key is revoked. */
export interface RevokedKey {
  readonly lookup_id: string;
  readonly revoked_at: string;
}
/** What a look-up finds; `null`: there is no such key. */
export type FoundKey = KeyRecord | RevokedKey | null;

export function isLiveRecord(found: KeyRecord | RevokedKey): found is KeyRecord {
  return found.revoked_at === undefined;
}
