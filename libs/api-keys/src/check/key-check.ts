import { LRUCache } from 'lru-cache';
import type { HashRank } from '#libs/crypto';
import type { Clock } from '#libs/kernel';
import { parseApiKey, type KeyRecord, isLiveRecord, type FoundKey, type RevokedKey } from '#libs/contracts';
import type { KeyDirectory } from '../cache/key-directory.js';
import { KeyFailures, type KeyAttempt } from './key-failures.js';
import { invalidKey, isOverloaded, unconfirmed } from './key-refusals.js';
import { VerifiedKeyCache, type ConfirmedKey, type VerifiedKey } from '../cache/verified-key-cache.js';
import type { KeyOwner, Revocations } from '../revocation/revocations.js';
import { UnknownKeyThrottle } from './unknown-key-throttle.js';

/** Compares a key with its hash. Without a hash it takes as long and returns false. @throws AppError `overloaded` */
interface KeyHasher {
  verify(hashed: string | undefined, key: string, rank: HashRank): Promise<boolean>;
}

export interface KeyCheckParts {
  readonly directory: KeyDirectory;
  readonly revocations: Revocations;
  readonly hasher: KeyHasher;
  readonly clock: Clock;
  /** How long a verified key works after the list of revocations was last complete. */
  readonly graceMs: number;
}

const REFUSED = { max: 10_000, ttl: 30_000 } as const;
const FOUND = { max: 10_000, ttl: 60_000 } as const;
const UNKNOWN = { max: 10_000, ttl: 5_000 } as const;

/**
 * Checks API keys without argon2 per request: shape, then the cache of verified keys, then one look-up and one argon2, each shared
 * by concurrent callers. Wrong keys are cached; unknown and wrong keys get the same answer. A revoked key stays revoked, whatever
 * a look-up in progress returns.
 */
export class KeyCheck {
  readonly #verified = new VerifiedKeyCache();
  readonly #refused: LRUCache<string, true>;
  readonly #records: LRUCache<string, ConfirmedKey>;
  readonly #unknown: LRUCache<string, true>;
  readonly #running = new Map<string, Promise<KeyRecord>>();
  readonly #finding = new Map<string, Promise<ConfirmedKey | undefined>>();
  /** Keys confirmed before a restart; used when no source is available. */
  readonly #remembered = new Map<string, ConfirmedKey>();
  #changes = 0;
  readonly #listeners: ((lookupId: string) => void)[] = [];
  readonly #failures: KeyFailures;
  readonly #throttle = new UnknownKeyThrottle();

  constructor(private readonly parts: KeyCheckParts) {
    const time = { perf: { now: () => this.#now() }, ttlResolution: 0 };
    this.#refused = new LRUCache({ ...REFUSED, ...time });
    this.#records = new LRUCache({ ...FOUND, ...time });
    this.#unknown = new LRUCache({ ...UNKNOWN, ...time });
    this.#failures = new KeyFailures(parts.clock);
    parts.revocations.onAdded((lookupId) => this.#end(lookupId));
  }

  /**
   * The record of a valid key: without a promise when the key is verified. Failures are counted by `address`, the caller's.
   * @throws AppError `invalid_key`; 429 `rate_limited`; 503 when no source is available or too many callers wait
   */
  check(key: string, address: string): KeyRecord | Promise<KeyRecord> {
    const verified = this.#verified.get(key);
    if (verified === undefined) return this.#first(key, address);
    return this.#use(verified);
  }

  /**
   * The record of a valid key by its look-up id: for stream tokens, which do not contain the key. From here on `onRevoked` reports
   * its end.
   * @throws AppError `invalid_key`; 503 when no source is available
   */
  async live(lookupId: string): Promise<KeyRecord> {
    const verified = this.#verified.of(lookupId);
    if (verified !== undefined) return this.#use(verified);
    const found = this.parts.revocations.has(lookupId) ? undefined : await this.#find(lookupId);
    if (found === undefined || !this.isGood(found.record)) throw invalidKey();
    this.#verified.watch(found.record);
    return found.record;
  }

  /** Calls the listener when a key is revoked or expires: streams opened with it must end. */
  onRevoked(listener: (lookupId: string) => void): void {
    this.#listeners.push(listener);
  }

  /** Whether a record that was valid before a wait is still valid. */
  isGood({ lookup_id, expires_at }: KeyRecord): boolean {
    const isOver = expires_at !== undefined && this.#now() >= Date.parse(expires_at);
    return !isOver && !this.parts.revocations.has(lookup_id);
  }

  /** The look-up id of a revoked key, with its owner if known; `undefined` for other keys. */
  revoked(key: string): { readonly lookupId: string; readonly owner?: KeyOwner } | undefined {
    const lookupId = parseApiKey(key)?.lookupId;
    if (lookupId === undefined || !this.parts.revocations.has(lookupId)) return undefined;
    return { lookupId, owner: this.parts.revocations.ownerOf(lookupId) };
  }

  get cache(): VerifiedKeyCache['usage'] {
    return this.#verified.usage;
  }

  /** Grows with each key that is verified or ends: whether the result of `confirmed` has changed. */
  get changes(): number {
    return this.#changes;
  }

  /** The keys that would work now without any source, each confirmed up to the last complete list of revocations. */
  confirmed(): readonly ConfirmedKey[] {
    const byLookupId = new Map(this.#remembered);
    for (const key of this.#verified.all()) byLookupId.set(key.record.lookup_id, key);
    const now = this.#now();
    return [...byLookupId.values()]
      .filter((key) => this.isGood(key.record) && this.#isInGrace(key, now))
      .map((key) => ({ record: key.record, confirmedAt: this.#confirmedAt(key) }));
  }

  /** Takes over keys confirmed before a restart. Within the grace period such a key works after one argon2, without any source. */
  remember(keys: readonly ConfirmedKey[]): void {
    const now = this.#now();
    for (const { record, confirmedAt } of keys) {
      if (now - confirmedAt > this.parts.graceMs || !this.isGood(record)) continue;
      this.#remembered.set(record.lookup_id, { record, confirmedAt: Math.min(confirmedAt, now) });
    }
  }

  /** Reports the end of expired keys. To be called often. */
  endExpired(): void {
    for (const lookupId of this.#verified.takeExpired(this.#now())) this.#notify(lookupId);
  }

  /** Keys used since the last call, with the unix ms of their last use. */
  takeUsed(): ReturnType<VerifiedKeyCache['takeUsed']> {
    return this.#verified.takeUsed();
  }

  #use(key: VerifiedKey): KeyRecord {
    const now = this.#now();
    if (now >= key.expiresAt) throw invalidKey();
    if (!this.#isInGrace(key, now)) throw unconfirmed();
    key.usedAt = now;
    return key.record;
  }

  #first(key: string, address: string): Promise<KeyRecord> {
    const lookupId = parseApiKey(key)?.lookupId;
    if (lookupId === undefined || this.#refused.has(key) || this.parts.revocations.has(lookupId)) throw invalidKey();
    const running = this.#running.get(key);
    if (running !== undefined) return running;
    const attempt = this.#failures.begin(lookupId, address);
    const verifying = this.#attempt(key, lookupId, attempt).finally(() => this.#running.delete(key));
    this.#running.set(key, verifying);
    return verifying;
  }

  async #attempt(key: string, lookupId: string, attempt: KeyAttempt): Promise<KeyRecord> {
    const verify = () => this.#verify(key, lookupId, attempt.rank);
    const verified = attempt.isSuspect ? this.#throttle.run(verify) : verify();
    const record = await verified.catch((error: unknown) => {
      // A refusal for too many waiting attempts counts as a failure: otherwise a flood could keep the queue full forever.
      if (attempt.isSuspect && isOverloaded(error)) attempt.failed();
      else attempt.forget();
      throw error;
    });
    if (record === undefined) {
      attempt.failed();
      throw invalidKey();
    }
    attempt.forget();
    return record;
  }

  /** Hashes for an unknown key as well, so that it takes as long as a wrong one. */
  async #verify(key: string, lookupId: string, rank: HashRank): Promise<KeyRecord | undefined> {
    const found = await this.#find(lookupId);
    const matches = await this.parts.hasher.verify(found?.record.key_hash, key, rank);
    if (!matches || found === undefined || !this.isGood(found.record)) {
      this.#refused.set(key, true);
      return undefined;
    }
    this.#verified.add(key, found, this.#now());
    this.#changes += 1;
    return found.record;
  }

  /** The record of a key that is neither revoked nor expired, from memory if it was looked up recently. */
  #find(lookupId: string): Promise<ConfirmedKey | undefined> {
    const cached = this.#records.get(lookupId);
    if (cached !== undefined) return Promise.resolve(this.isGood(cached.record) ? cached : undefined);
    if (this.#unknown.has(lookupId)) return Promise.resolve(undefined);
    const running = this.#finding.get(lookupId);
    if (running !== undefined) return running;
    const finding = this.#lookUp(lookupId).finally(() => this.#finding.delete(lookupId));
    this.#finding.set(lookupId, finding);
    return finding;
  }

  async #lookUp(lookupId: string): Promise<ConfirmedKey | undefined> {
    try {
      return this.#take(lookupId, await this.parts.directory.find(lookupId));
    } catch (error) {
      const remembered = this.#remembered.get(lookupId);
      if (remembered === undefined || !this.#isInGrace(remembered, this.#now())) throw error;
      return remembered;
    }
  }

  #take(lookupId: string, found: FoundKey): ConfirmedKey | undefined {
    this.#remembered.delete(lookupId);
    if (found !== null && !isLiveRecord(found)) this.parts.revocations.add(lookupId, ownerOf(found));
    if (found === null || !isLiveRecord(found) || !this.isGood(found)) {
      this.#unknown.set(lookupId, true);
      return undefined;
    }
    const confirmed = { record: found, confirmedAt: this.#now() };
    this.#records.set(lookupId, confirmed);
    return confirmed;
  }

  #end(lookupId: string): void {
    this.#verified.remove(lookupId);
    this.#records.delete(lookupId);
    this.#remembered.delete(lookupId);
    this.#changes += 1;
    this.#notify(lookupId);
  }

  #notify(lookupId: string): void {
    for (const listener of this.#listeners) listener(lookupId);
  }

  #confirmedAt({ confirmedAt }: ConfirmedKey): number {
    return Math.max(confirmedAt, this.parts.revocations.currentAt);
  }

  #isInGrace(key: ConfirmedKey, now: number): boolean {
    return now - this.#confirmedAt(key) <= this.parts.graceMs;
  }

  #now(): number {
    return this.parts.clock.now().getTime();
  }
}

function ownerOf(found: KeyRecord | RevokedKey): KeyOwner | undefined {
  return 'org_id' in found ? { orgId: found.org_id, keyId: found.id } : undefined;
}
