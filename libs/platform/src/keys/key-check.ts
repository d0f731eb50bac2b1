import { LRUCache } from 'lru-cache';
import { AppError, type Clock } from '#libs/kernel';
import { parseApiKey, type KeyRecord } from '#libs/contracts';
import type { KeyDirectory } from './key-directory.js';
import { KeyFailures, type KeyAttempt } from './key-failures.js';
import { KnownKeys } from './known-keys.js';
import { isLiveRecord, type RevokedKey } from './redis-names.js';
import type { KeyOwner, Revocations } from './revocations.js';
import { SuspectLane } from './suspect-lane.js';

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
  readonly #records: LRUCache<string, KeyRecord>;
  readonly #unknown: LRUCache<string, true>;
  readonly #running = new Map<string, Promise<KeyRecord>>();
  readonly #finding = new Map<string, Promise<KeyRecord | undefined>>();
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
    const now = this.#now();
    if (now >= known.expiresAt) throw invalidKey();
    const { currentAt } = this.parts.revocations;
    if (now - currentAt > this.parts.graceMs && now - known.confirmedAt > this.parts.graceMs) throw unconfirmed();
    known.usedAt = now;
    return known.record;
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

  /** Ends what expired keys have opened. To be called often. */
  endExpired(): void {
    for (const lookupId of this.#known.takeExpired(this.#now())) this.#tell(lookupId);
  }

  /** Keys used since the last call, with the unix ms of their last use. */
  takeUsed(): ReturnType<KnownKeys['takeUsed']> {
    return this.#known.takeUsed();
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
    const record = await this.#find(lookupId);
    const matches = await this.parts.hasher.verify(record?.key_hash, key);
    if (!matches || record === undefined || !this.isGood(record)) {
      this.#refused.set(key, true);
      return undefined;
    }
    this.#known.add(key, record, this.#now());
    return record;
  }

  /** The record of a key that is neither revoked nor expired, from memory if it was looked up lately. */
  #find(lookupId: string): Promise<KeyRecord | undefined> {
    const record = this.#records.get(lookupId);
    if (record !== undefined) return Promise.resolve(this.isGood(record) ? record : undefined);
    if (this.#unknown.has(lookupId)) return Promise.resolve(undefined);
    const running = this.#finding.get(lookupId);
    if (running !== undefined) return running;
    const finding = this.#lookUp(lookupId).finally(() => this.#finding.delete(lookupId));
    this.#finding.set(lookupId, finding);
    return finding;
  }

  async #lookUp(lookupId: string): Promise<KeyRecord | undefined> {
    const found = await this.parts.directory.find(lookupId);
    if (found !== null && !isLiveRecord(found)) this.parts.revocations.add(lookupId, ownerOf(found));
    if (found === null || !isLiveRecord(found) || !this.isGood(found)) {
      this.#unknown.set(lookupId, true);
      return undefined;
    }
    this.#records.set(lookupId, found);
    return found;
  }

  #end(lookupId: string): void {
    this.#known.remove(lookupId);
    this.#records.delete(lookupId);
    this.#tell(lookupId);
  }

  #tell(lookupId: string): void {
    for (const listener of this.#listeners) listener(lookupId);
  }

  #now(): number {
    return this.parts.clock.now().getTime();
  }
}

function ownerOf(found: KeyRecord | RevokedKey): KeyOwner | undefined {
  return 'org_id' in found ? { orgId: found.org_id, keyId: found.id } : undefined;
}

function invalidKey(): AppError {
  return new AppError('invalid_key', 'The API key is not valid');
}

function isOverloaded(error: unknown): boolean {
  return error instanceof AppError && error.code === 'overloaded';
}

function unconfirmed(): AppError {
  return new AppError(
    'bus_unavailable',
    'For too long nobody could say whether this key still stands; try again shortly',
  );
}
