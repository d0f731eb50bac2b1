import type { KeyRecord } from '#libs/contracts';
import { LRUCache } from 'lru-cache';

/** The record of a key, with the time at which the key was certainly valid. */
export interface ConfirmedKey {
  readonly record: KeyRecord;
  /** Unix ms. */
  readonly confirmedAt: number;
}
/** A key that this process has verified by argon2. */
export interface VerifiedKey extends ConfirmedKey {
  /** Unix ms; `Infinity` when the key does not expire. */
  readonly expiresAt: number;
  /** Unix ms of its last use; 0 when it is published already. */
  usedAt: number;
}

const MAX_KEYS = 100_000;

/** The verified keys by the key itself and by look-up id; a look-up id has one valid key at most. */
export class VerifiedKeyCache {
  readonly #byKey = new LRUCache<string, VerifiedKey>({
    max: MAX_KEYS,
    dispose: ({ record }) => this.#keys.delete(record.lookup_id),
  });
  readonly #keys = new Map<string, string>();
  /** Times of expiry, independent of the LRU cache: streams opened with a key end when it expires. */
  readonly #expiring = new Map<string, number>();

  #hits = 0;
  #misses = 0;

  get(key: string): VerifiedKey | undefined {
    const verified = this.#byKey.get(key);
    if (verified === undefined) this.#misses += 1;
    else this.#hits += 1;
    return verified;
  }

  get usage(): { readonly size: number; readonly hits: number; readonly misses: number } {
    return { size: this.#byKey.size, hits: this.#hits, misses: this.#misses };
  }

  all(): Iterable<ConfirmedKey> {
    return this.#byKey.values();
  }

  add(key: string, { record, confirmedAt }: ConfirmedKey, now: number): void {
    const expiresAt = record.expires_at === undefined ? Number.POSITIVE_INFINITY : Date.parse(record.expires_at);
    this.#byKey.set(key, { record, expiresAt, confirmedAt, usedAt: now });
    this.#keys.set(record.lookup_id, key);
    this.watch(record);
  }

  /** The verified key with this look-up id. */
  of(lookupId: string): VerifiedKey | undefined {
    const key = this.#keys.get(lookupId);
    return key === undefined ? undefined : this.#byKey.get(key);
  }

  /** `takeExpired` will return this key, whether or not the key itself was verified here. */
  watch({ lookup_id, expires_at }: KeyRecord): void {
    if (expires_at !== undefined) this.#expiring.set(lookup_id, Date.parse(expires_at));
  }

  remove(lookupId: string): void {
    const key = this.#keys.get(lookupId);
    if (key !== undefined) this.#byKey.delete(key);
    this.#expiring.delete(lookupId);
  }

  /** Removes the expired keys and returns their look-up ids. */
  takeExpired(now: number): readonly string[] {
    const expired = [...this.#expiring].filter(([, at]) => now >= at).map(([lookupId]) => lookupId);
    for (const lookupId of expired) this.remove(lookupId);
    return expired;
  }

  /** The keys used since the last call, with the time of their last use. */
  takeUsed(): readonly { readonly record: KeyRecord; readonly at: number }[] {
    const used: { record: KeyRecord; at: number }[] = [];
    for (const key of this.#byKey.values()) {
      if (key.usedAt === 0) continue;
      used.push({ record: key.record, at: key.usedAt });
      key.usedAt = 0;
    }
    return used;
  }
}
