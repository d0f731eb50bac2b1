import { LRUCache } from 'lru-cache';

export interface CachedReaderOptions {
  readonly maxEntries: number;
  readonly ttlMs: number;
  /** Unix ms. */
  readonly now: () => number;
}

/**
 * A bounded cache of answers in front of a slower source. Concurrent reads of one key share a request. An answer that was requested
 * before `forget` is returned but not cached, since it may be outdated. Failures are not cached.
 */
export class CachedReader<T extends object> {
  readonly #cached: LRUCache<string, T>;
  readonly #pending = new Map<string, Promise<T>>();
  #generation = 0;

  constructor({ maxEntries, ttlMs, now }: CachedReaderOptions) {
    this.#cached = new LRUCache({ max: maxEntries, ttl: ttlMs, ttlResolution: 0, perf: { now } });
  }

  async get(key: string, fetch: () => Promise<T>): Promise<T> {
    return this.#cached.get(key) ?? this.#pending.get(key) ?? this.#fetch(key, fetch);
  }

  /** Removes the matching values. */
  forget(matches: (value: T) => boolean): void {
    this.#generation += 1;
    this.#pending.clear();
    for (const [key, value] of this.#cached.entries()) if (matches(value)) this.#cached.delete(key);
  }

  #fetch(key: string, fetch: () => Promise<T>): Promise<T> {
    const generation = this.#generation;
    const pending = fetch()
      .then((value) => {
        if (generation === this.#generation) this.#cached.set(key, value);
        return value;
      })
      .finally(() => {
        if (this.#pending.get(key) === pending) this.#pending.delete(key);
      });
    this.#pending.set(key, pending);
    return pending;
  }
}
