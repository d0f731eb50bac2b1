import type { KeyRecord } from '#libs/contracts';
import { LRUCache } from 'lru-cache';

/** The record of a key, and when it was certain that the key stands. */
export interface ConfirmedKey {
  readonly record: KeyRecord;
  /** Unix ms. */
  readonly confirmedAt: number;
}
/** A key that was verified by argon2 in this process. */
export interface KnownKey extends ConfirmedKey {
  /** Unix ms; `Infinity` when the key does not expire. */
  readonly expiresAt: number;
  /** Unix ms of its last use; 0 when that was told already. */
  usedAt: number;
}

const MAX_KNOWN = 100_000;

/** The verified keys by the key itself, and by look-up id: of those with one look-up id at most one is right. */
export class KnownKeys {
  readonly #byKey = new LRUCache<string, KnownKey>({
    max: MAX_KNOWN,
    dispose: ({ record }) => this.#keys.delete(record.lookup_id),
  });
  readonly #keys = new Map<string, string>();
  /** Keys that will expire: what they opened ends then, whether they are remembered until then or not. */
  readonly #expiring = new Map<string, number>();

  #hits = 0;
  #misses = 0;

  get(key: string): KnownKey | undefined {
    const known = this.#byKey.get(key);
    if (known === undefined) this.#misses += 1;
    else this.#hits += 1;
    return known;
  }

  /** How many there are, and how often one was there when it was asked for. */
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
  of(lookupId: string): KnownKey | undefined {
    const key = this.#keys.get(lookupId);
    return key === undefined ? undefined : this.#byKey.get(key);
  }

  /** `takeExpired` will tell of it, whether the key itself was ever seen here or not. */
  watch({ lookup_id, expires_at }: KeyRecord): void {
    if (expires_at !== undefined) this.#expiring.set(lookup_id, Date.parse(expires_at));
  }

  remove(lookupId: string): void {
    const key = this.#keys.get(lookupId);
    if (key !== undefined) this.#byKey.delete(key);
    this.#expiring.delete(lookupId);
  }

  /** Forgets those that have expired, and says which. */
  takeExpired(now: number): readonly string[] {
    const expired = [...this.#expiring].filter(([, at]) => now >= at).map(([lookupId]) => lookupId);
    for (const lookupId of expired) this.remove(lookupId);
    return expired;
  }

  /** Those used since they were last taken, with the time of the last use. */
  takeUsed(): readonly { readonly record: KeyRecord; readonly at: number }[] {
    const used: { record: KeyRecord; at: number }[] = [];
    for (const known of this.#byKey.values()) {
      if (known.usedAt === 0) continue;
      used.push({ record: known.record, at: known.usedAt });
      known.usedAt = 0;
    }
    return used;
  }
}
