import { verify } from 'argon2';
import { LRUCache } from 'lru-cache';
import { AppError, type Clock } from '#libs/kernel';
import { parseApiKey, type KeyRecord, type ParsedApiKey } from '#libs/contracts';
import type { KeyDirectory } from './key-directory.js';

interface Verified {
  record: KeyRecord;
  /** Unix ms; `Infinity` when the key does not expire. */
  expiresAt: number;
  /** Unix ms at which the directory last said that the key is good. */
  confirmedAt: number;
  confirming: boolean;
}
export interface KeyCheckOptions {
  /** How long a verified key works while nobody can be asked; default 10 min. */
  readonly graceMs?: number;
  /** After how long a verified key is asked about again, in the background; default 30 s. */
  readonly confirmMs?: number;
}

const NEGATIVE = { max: 10_000, ttl: 30_000 } as const;
const MAX_VERIFIED = 100_000;

/**
 * Checks API keys without argon2 per request: shape, then the map of verified keys, then one look-up and one argon2, shared by
 * callers at the same time. Wrong keys are remembered. Unknown and wrong look alike. A revoked key stays revoked whatever a
 * look-up that was under way brings back.
 */
export class KeyCheck {
  readonly #verified = new LRUCache<string, Verified>({ max: MAX_VERIFIED });
  readonly #refused = new LRUCache<string, true>(NEGATIVE);
  readonly #revoked = new Set<string>();
  readonly #running = new Map<string, Promise<KeyRecord>>();
  readonly #listeners: ((lookupId: string) => void)[] = [];

  constructor(
    private readonly directory: KeyDirectory,
    private readonly clock: Clock,
    private readonly options: KeyCheckOptions = {},
  ) {}

  /** The record of a good key: at once when the key is known, else a promise. @throws AppError `invalid_key`, or 503 when nobody can be asked */
  check(key: string): KeyRecord | Promise<KeyRecord> {
    const known = this.#verified.get(key);
    if (known === undefined) return this.#first(key);
    const now = this.clock.now().getTime();
    if (now >= known.expiresAt) throw invalidKey();
    const age = now - known.confirmedAt;
    if (age > (this.options.graceMs ?? 600_000)) return this.#first(key);
    if (age > (this.options.confirmMs ?? 30_000) && !known.confirming) void this.#confirm(key, known);
    return known.record;
  }

  /** Calls the listener when a key that was good is so no more: what it opened must end. */
  onRevoked(listener: (lookupId: string) => void): void {
    this.#listeners.push(listener);
  }

  /** From now on the key is refused, for good. */
  revoke(lookupId: string): void {
    this.#revoked.add(lookupId);
    for (const listener of this.#listeners) listener(lookupId);
    for (const [key, { record }] of this.#verified.entries())
      if (record.lookup_id === lookupId) this.#verified.delete(key);
  }

  /** Asks about every verified key again: after a time without the bus a revocation may have been missed. */
  confirmAll(): void {
    for (const [key, known] of this.#verified.entries()) if (!known.confirming) void this.#confirm(key, known);
  }

  #first(key: string): Promise<KeyRecord> {
    const parsed = parseApiKey(key);
    if (parsed === undefined || this.#refused.has(key) || this.#revoked.has(parsed.lookupId)) throw invalidKey();
    const running = this.#running.get(key) ?? this.#verify(key, parsed).finally(() => this.#running.delete(key));
    this.#running.set(key, running);
    return running;
  }

  async #verify(key: string, parsed: ParsedApiKey): Promise<KeyRecord> {
    const record = await this.directory.find(parsed.lookupId);
    const good = record !== null && this.#isLive(record) && (await verify(record.key_hash, key));
    if (!good || this.#revoked.has(parsed.lookupId)) {
      this.#refused.set(key, true);
      this.#verified.delete(key);
      throw invalidKey();
    }
    this.#remember(key, record);
    return record;
  }

  async #confirm(key: string, known: Verified): Promise<void> {
    known.confirming = true;
    try {
      const record = await this.directory.find(known.record.lookup_id);
      if (record === null || !this.#isLive(record)) this.revoke(known.record.lookup_id);
      else if (!this.#revoked.has(record.lookup_id)) this.#remember(key, record);
    } catch {
      known.confirming = false; // nobody to ask: the key works on until its grace ends
    }
  }

  #remember(key: string, record: KeyRecord): void {
    const expiresAt = record.expires_at === undefined ? Infinity : Date.parse(record.expires_at);
    this.#verified.set(key, { record, expiresAt, confirmedAt: this.clock.now().getTime(), confirming: false });
  }

  #isLive(record: KeyRecord): boolean {
    const expired = record.expires_at !== undefined && Date.parse(record.expires_at) <= this.clock.now().getTime();
    if (record.revoked_at !== undefined) this.#revoked.add(record.lookup_id);
    return record.revoked_at === undefined && !expired;
  }
}

function invalidKey(): AppError {
  return new AppError('invalid_key', 'The API key is not valid');
}
