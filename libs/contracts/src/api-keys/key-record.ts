import type { KeyType } from './api-key.js';

/** What an edge service needs to check an API key. */
export interface KeyRecord {
  readonly id: string;
  readonly lookup_id: string;
  /** Argon2id hash of the whole key. */
  readonly key_hash: string;
  readonly key_type: KeyType;
  readonly org_id: string;
  readonly environment?: { readonly id: string; readonly name: string };
  readonly allowed_origins: readonly string[];
  /**
   * The organization's setting at the time of the look-up. Default: false. A process that caches the record is not notified of
   * changes; services that store IP addresses follow the fact `organization.updated` too.
   */
  readonly capture_ip?: boolean;
  readonly expires_at?: string;
  readonly revoked_at?: string;
}
