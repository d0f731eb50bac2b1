import { REVOKED_AS_OF, REVOKED_KEYS } from './api-keys.js';

/** A list of recent revocations in Redis, written by accounts: for processes that receive no facts. */
export interface RevocationList {
  /** Sorted set of revoked ids by time of revocation, unix ms by the clock of accounts. */
  readonly members: string;
  /** Unix ms up to which the set is complete. Expires after `REVOKED_AS_OF_TTL_MS`. */
  readonly asOf: string;
  /** How long an entry is kept. */
  readonly keptMs: number;
}

/** Largest lifetime of an access token: a session that ended longer ago needs no entry. */
export const MAX_ACCESS_TOKEN_MS = 3_600_000;

/** By lookup id. */
export const revokedKeys: RevocationList = { members: REVOKED_KEYS, asOf: REVOKED_AS_OF, keptMs: 24 * 3_600_000 };

/** By session id. The margin covers differences between clocks. */
export const endedSessions: RevocationList = {
  members: 'loom:sessions:ended',
  asOf: 'loom:sessions:ended:as_of',
  keptMs: MAX_ACCESS_TOKEN_MS + 300_000,
};
