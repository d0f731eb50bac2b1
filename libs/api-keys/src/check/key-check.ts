import { LRUCache } from 'lru-cache';
import type { Clock } from '#libs/kernel';
import { parseApiKey, type KeyRecord, isLiveRecord, type FoundKey, type RevokedKey } from '#libs/contracts';
import type { KeyDirectory } from '../cache/key-directory.js';
import { KeyFailures, type KeyAttempt } from './key-failures.js';
import { invalidKey, isOverloaded, unconfirmed } from './key-refusals.js';
import { KnownKeys, type ConfirmedKey, type KnownKey } from '../cache/verified-key-cache.js';
import type { KeyOwner, Revocations } from '../revocation/revocations.js';
import { SuspectLane } from './unknown-key-throttle.js';

/** Compares a key with its hash; without a hash it works as long and says no. @throws AppError `overloaded` */
export interface KeyHasher {
  verify(hashed: string | undefined, key: string): Promise<boolean>;
}

export interface KeyCheckParts {
  readonly directory: KeyDirectory;
  readonly revocations: Revocations;
  readonly hasher: KeyHasher;
  readonly clock: Clock;
  /** How long a verified key works after the list of revocations was last known to be whole. */
  readonly graceMs: number;
}

const REFUSED = { max: 10_000, ttl: 30_000 } as const;
const FOUND = { max: 10_000, ttl: 60_000 } as const;
const UNKNOWN = { max: 10_000, ttl: 5_000 } as const;

/**
 * Checks API keys without argon2 per request: shape, then the map of verified keys, then one look-up and one argon2, each shared
 * by callers at the same time. Wrong keys are remembered; unknown and wrong ones look alike. A revoked key stays revoked whatever
 * a look-up that was under way brings back.
 */
export class KeyCheck {
  readonly #known = new KnownKeys();
  readonly #refused: LRUCache<string, true>;
  readonly #records: LRUCache<string, ConfirmedKey>;
  readonly #unknown: LRUCache<string, true>;
  readonly #running = new Map<string, Promise<KeyRecord>>();
  readonly #finding = new Map<string, Promise<ConfirmedKey | undefined>>();
  /** From before a restart; believed when nobody can be asked. */
  readonly #remembered = new Map<string, ConfirmedKey>();
  #changes = 0;
  readonly #listeners: ((lookupId: string) => void)[] = [];
  readonly #failures: KeyFailures;
  readonly #suspects = new SuspectLane();

  constructor(private readonly parts: KeyCheckParts) {
    const time = { perf: { now: () => this.#now() }, ttlResolution: 0 };
    this.#refused = new LRUCache({ ...REFUSED, ...time });
    this.#records = new LRUCache({ ...FOUND, ...time });
    this.#unknown = new LRUCache({ ...UNKNOWN, ...time });
    this.#failures = new KeyFailures(parts.clock);
    parts.revocations.onAdded((lookupId) => this.#end(lookupId));
  }

  /**
   * The record of a good key: at once when the key is known, else a promise. `address` is the caller's, whose failures count.
   * @throws AppError `invalid_key`; 429 `rate_limited`; 503 when nobody can be asked or too many wait
   */
  check(key: string, address: string): KeyRecord | Promise<KeyRecord> {
    const known = this.#known.get(key);
    if (known === undefined) return this.#first(key, address);
    return this.#use(known);
  }

  /**
   * The record behind the look-up id of a key that is good now: for what stands for a key without holding it. From here on
   * `onRevoked` tells its end.
   * @throws AppError `invalid_key`; 503 when nobody can be asked
   */
  async live(lookupId: string): Promise<KeyRecord> {
    const known = this.#known.of(lookupId);
    if (known !== undefined) return this.#use(known);
    const found = this.parts.revocations.has(lookupId) ? undefined : await this.#find(lookupId);
    if (found === undefined || !this.isGood(found.record)) throw invalidKey();
    this.#known.watch(found.record);
    return found.record;
  }

  /** Calls the listener when a key is good no more, revoked or expired: what it opened must end. */
  onRevoked(listener: (lookupId: string) => void): void {
    this.#listeners.push(listener);
  }

  /** Whether a record that was good is so still: for what was opened after a wait. */
  isGood({ lookup_id, expires_at }: KeyRecord): boolean {
    const isOver = expires_at !== undefined && this.#now() >= Date.parse(expires_at);
    return !isOver && !this.parts.revocations.has(lookup_id);
  }

  /** Whether a key has the look-up id of a revoked one, and whose that was as far as it is known. */
  revoked(key: string): { readonly lookupId: string; readonly owner?: KeyOwner } | undefined {
    const lookupId = parseApiKey(key)?.lookupId;
    if (lookupId === undefined || !this.parts.revocations.has(lookupId)) return undefined;
    return { lookupId, owner: this.parts.revocations.ownerOf(lookupId) };
  }

  get cache(): KnownKeys['usage'] {
    return this.#known.usage;
  }

  /** Moves with each key that is verified or ends: whether `confirmed` is worth asking again. */
  get changes(): number {
    return this.#changes;
  }

  /** The keys that would work now with nobody to ask, each confirmed up to the last whole list of revocations. */
  confirmed(): readonly ConfirmedKey[] {
    const byLookupId = new Map(this.#remembered);
    for (const known of this.#known.all()) byLookupId.set(known.record.lookup_id, known);
    const now = this.#now();
    return [...byLookupId.values()]
      .filter((key) => this.isGood(key.record) && this.#isInGrace(key, now))
      .map((key) => ({ record: key.record, confirmedAt: this.#confirmedAt(key) }));
  }

  /** Takes what was confirmed before a restart. Such a key works within grace of then, after one argon2, with nobody to ask. */
  remember(keys: readonly ConfirmedKey[]): void {
    const now = this.#now();
    for (const { record, confirmedAt } of keys) {
      if (now - confirmedAt > this.parts.graceMs || !this.isGood(record)) continue;
      this.#remembered.set(record.lookup_id, { record, confirmedAt: Math.min(confirmedAt, now) });
    }
  }

  /** Ends what expired keys have opened. To be called often. */
  endExpired(): void {
    for (const lookupId of this.#known.takeExpired(this.#now())) this.#tell(lookupId);
  }

  /** Keys used since the last call, with the unix ms of their last use. */
  takeUsed(): ReturnType<KnownKeys['takeUsed']> {
    return this.#known.takeUsed();
  }

  #use(known: KnownKey): KeyRecord {
    const now = this.#now();
    if (now >= known.expiresAt) throw invalidKey();
    if (!this.#isInGrace(known, now)) throw unconfirmed();
    known.usedAt = now;
    return known.record;
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
    const verify = () => this.#verify(key, lookupId);
    const verified = attempt.isSuspect ? this.#suspects.pass(verify) : verify();
    const record = await verified.catch((error: unknown) => {
      // To be turned away as one of too many counts: else a flood could keep the queue full without end.
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

  /** An unknown key costs an argon2 as well, so that it takes as long as a wrong one. */
  async #verify(key: string, lookupId: string): Promise<KeyRecord | undefined> {
    const found = await this.#find(lookupId);
    const matches = await this.parts.hasher.verify(found?.record.key_hash, key);
    if (!matches || found === undefined || !this.isGood(found.record)) {
      this.#refused.set(key, true);
      return undefined;
    }
    this.#known.add(key, found, this.#now());
    this.#changes += 1;
    return found.record;
  }

  /** The record of a key that is neither revoked nor expired, from memory if it was looked up lately. */
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
    this.#known.remove(lookupId);
    this.#records.delete(lookupId);
    this.#remembered.delete(lookupId);
    this.#changes += 1;
    this.#tell(lookupId);
  }

  #tell(lookupId: string): void {
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
