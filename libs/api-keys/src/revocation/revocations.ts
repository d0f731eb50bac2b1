import { LRUCache } from 'lru-cache';

/** Far more than are revoked while a look-up can be under way; what falls out is revoked wherever it is looked up next. */
const MAX_REVOKED = 100_000;
/** A cached record may be believed only by who has asked for revocations lately: older ones may be missing in its copy. */
const FRESH_MS = 10_000;

/** Whose a revoked key was. */
export interface KeyOwner {
  readonly orgId: string;
  readonly keyId: string;
}

/**
 * What this process knows of revoked keys, and when that was the whole list. A key that is in it stays in it: whatever a
 * look-up that was under way brings back, it is revoked.
 */
export class Revocations {
  readonly #revoked = new LRUCache<string, true>({ max: MAX_REVOKED });
  readonly #owners = new LRUCache<string, KeyOwner>({ max: MAX_REVOKED });
  readonly #listeners: ((lookupId: string) => void)[] = [];
  #currentAt = Number.NEGATIVE_INFINITY;

  has(lookupId: string): boolean {
    return this.#revoked.has(lookupId);
  }

  /** Listeners hear of each key once, however often it is told. */
  add(lookupId: string, owner?: KeyOwner): void {
    if (owner !== undefined) this.#owners.set(lookupId, owner);
    if (this.#revoked.has(lookupId)) return;
    this.#revoked.set(lookupId, true);
    for (const listener of this.#listeners) listener(lookupId);
  }

  /** `undefined` when it was told without. */
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
