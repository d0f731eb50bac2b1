import { LRUCache } from 'lru-cache';

/**
 * The oldest are forgotten beyond it. Far more keys than are revoked during a look-up: such keys are found revoked by their next
 * look-up. More sessions than one hashing lane opens during the usual life of an access token.
 */
const MAX_REVOKED = 200_000;
/** Records in Redis are trusted only this long after the last complete list: later revocations may be missing there. */
const FRESH_MS = 10_000;

/** The owner of a revoked key. */
export interface KeyOwner {
  readonly orgId: string;
  readonly keyId: string;
}

/**
 * The revoked keys, or ended sessions, known to this process, and when that list was last complete. What was added once stays revoked.
 */
export class Revocations {
  readonly #revoked: LRUCache<string, true>;
  readonly #owners = new LRUCache<string, KeyOwner>({ max: MAX_REVOKED });
  readonly #listeners: ((lookupId: string) => void)[] = [];
  #currentAt = Number.NEGATIVE_INFINITY;

  /** @param keptMs forgets an entry after this time. Default: keeps it */
  constructor(keptMs = 0) {
    this.#revoked = new LRUCache({ max: MAX_REVOKED, ttl: keptMs });
  }

  has(lookupId: string): boolean {
    return this.#revoked.has(lookupId);
  }

  /** Calls the listeners once, however often it is added. */
  add(lookupId: string, owner?: KeyOwner): void {
    if (owner !== undefined) this.#owners.set(lookupId, owner);
    if (this.#revoked.has(lookupId)) return;
    this.#revoked.set(lookupId, true);
    for (const listener of this.#listeners) listener(lookupId);
  }

  /** `undefined` when the key was added without an owner. */
  ownerOf(lookupId: string): KeyOwner | undefined {
    return this.#owners.get(lookupId);
  }

  onAdded(listener: (lookupId: string) => void): void {
    this.#listeners.push(listener);
  }

  /** Unix ms of this process up to which no revocation is missing; `-Infinity` before the first poll. */
  get currentAt(): number {
    return this.#currentAt;
  }

  /** Everything revoked before `at` (unix ms of this process) has been added. */
  confirm(at: number): void {
    this.#currentAt = Math.max(this.#currentAt, at);
  }

  isFresh(now: number): boolean {
    return now - this.#currentAt <= FRESH_MS;
  }
}
