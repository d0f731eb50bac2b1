import type { KeyRecord } from '#libs/contracts';

export interface RevokedAt {
  readonly lookupId: string;
  readonly at: Date;
}

/** Keys of all organizations by the time of their revocation. */
export interface RevokedKeys {
  /** Newest first. */
  since(since: Date, limit: number): Promise<readonly RevokedAt[]>;
}

/** Records of keys where edge services read them without a request to this service. */
export interface KeyRecords {
  /** Returns at once. Never replaces the record of a revoked key. */
  keep(record: KeyRecord): void;
}

export interface KeyUse {
  readonly keyId: string;
  readonly at: Date;
}

export interface KeyUses {
  /** Moves `last_used_at` forward, never back, so that a second delivery changes nothing. */
  record(orgId: string, uses: readonly KeyUse[]): Promise<void>;
}
