import type { HashRank } from '#libs/crypto';
import { AppError, networkOf, type Clock } from '#libs/kernel';
import { LRUCache } from 'lru-cache';

const WINDOW_MS = 60_000;
const PER_ID_AND_ADDRESS = 10;
/** Over all look-up ids: bounds the hashing that one address can cause with made-up keys. */
const PER_ADDRESS = 100;
const MAX_COUNTED = 50_000;

/** Concurrent attempts from one address before further ones are throttled. */
const MAX_CONCURRENT = 16;

/** Ends with exactly one of `failed` and `forget`. */
export interface KeyAttempt {
  /** The address has failed within the last minute, or makes many attempts at once. */
  readonly isSuspect: boolean;
  /** `known` for the only attempt of a network, so that a flood from many networks does not delay it. */
  readonly rank: HashRank;
  failed(): void;
  /** The key was valid, or could not be checked: the attempt does not count. */
  forget(): void;
}

/**
 * Counts failures by look-up id *and* address: look-up ids of client keys are public, and a flood from one address must not lock
 * out another. Attempts in progress count for their pair, so that concurrent ones cannot exceed the limit.
 */
export class KeyFailures {
  /** Times of failures, oldest first. */
  readonly #times = new LRUCache<string, readonly number[]>({ max: MAX_COUNTED });

  /** Attempts in progress, by network; bounded by the queues of argon2. */
  readonly #underWay = new Map<string, number>();

  constructor(private readonly clock: Clock) {}

  /** @throws AppError 429 `rate_limited`, for valid keys too */
  begin(lookupId: string, address: string): KeyAttempt {
    const network = networkOf(address);
    const pair = `${lookupId} ${network}`;
    const now = this.clock.now().getTime();
    this.#refuse(pair, PER_ID_AND_ADDRESS, now);
    this.#refuse(network, PER_ADDRESS, now);
    const underWay = this.#underWay.get(network) ?? 0;
    const hasFailed = this.#recent(network, now).length > 0;
    const isSuspect = hasFailed || underWay >= MAX_CONCURRENT;
    this.#underWay.set(network, underWay + 1);
    this.#count(pair, now, PER_ID_AND_ADDRESS);
    return {
      isSuspect,
      rank: isSuspect ? 'suspect' : underWay === 0 ? 'known' : 'usual',
      failed: () => {
        this.#over(network);
        this.#count(network, now, PER_ADDRESS);
      },
      forget: () => {
        this.#over(network);
        this.#forget(pair, now);
      },
    };
  }

  #over(network: string): void {
    const underWay = this.#underWay.get(network)! - 1;
    if (underWay === 0) this.#underWay.delete(network);
    else this.#underWay.set(network, underWay);
  }

  #refuse(counted: string, limit: number, now: number): void {
    const times = this.#recent(counted, now);
    const oldest = times[times.length - limit];
    if (oldest === undefined) return;
    const retry_after = Math.ceil((oldest + WINDOW_MS - now) / 1_000);
    throw new AppError('rate_limited', `Too many wrong keys: try again in ${retry_after} s`, [
      { message: 'Too many wrong keys in a minute', retry_after },
    ]);
  }

  #recent(counted: string, now: number): readonly number[] {
    return (this.#times.get(counted) ?? []).filter((at) => at > now - WINDOW_MS);
  }

  #count(counted: string, now: number, keep: number): void {
    this.#times.set(counted, [...this.#recent(counted, now), now].slice(-keep));
  }

  #forget(counted: string, at: number): void {
    const times = this.#times.get(counted) ?? [];
    const index = times.indexOf(at);
    if (index !== -1) this.#times.set(counted, times.toSpliced(index, 1));
  }
}
