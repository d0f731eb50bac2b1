import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { BUCKET, TAKE, WINDOW } from './rate-limit-script.js';

/** What came of taking from a limit. */
export interface Taken {
  readonly isAllowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** Until there is more; for a refusal, until the same would be allowed. */
  readonly waitMs: number;
}
export interface RateLimitOptions {
  readonly name: string;
  readonly kind: 'bucket' | 'window';
  /** How many, in `seconds`; of a bucket, how many at once. */
  readonly capacity: number;
  /** At least 1. */
  readonly seconds: number;
  /** How many processes share it: each allows its part while Redis is away. */
  readonly instances: number;
}

/** For how long Redis is not asked after it did not answer: a frozen one would cost every request its timeout. */
const PAUSE_MS = 1_000;

/** A limit that all processes share through Redis, and that each holds for its part while Redis is away. Never fails. */
export class RateLimit {
  readonly #shared: RateLimiterRedis;
  readonly #local: RateLimiterMemory;
  #pausedUntil = 0;

  constructor(redis: Redis, { name, kind, capacity, seconds, instances }: RateLimitOptions) {
    const points = Math.max(1, Math.floor(capacity / instances));
    this.#local = new RateLimiterMemory({ keyPrefix: name, points, duration: seconds });
    this.#shared = new RateLimiterRedis({
      storeClient: redis,
      keyPrefix: `${kind === 'bucket' ? BUCKET : WINDOW}:${name}`,
      points: capacity,
      duration: seconds,
      customIncrTtlLuaScript: TAKE,
      rejectIfRedisNotReady: true,
    });
  }

  /** More than there ever is costs all there is: it is allowed when nothing was taken lately, and refuses what comes next. */
  async take(key: string, cost = 1): Promise<Taken> {
    if (Date.now() >= this.#pausedUntil) {
      const taken = await this.#ask(key, cost);
      if (taken !== undefined) return taken;
      this.#pausedUntil = Date.now() + PAUSE_MS;
    }
    return takeFrom(this.#local, key, cost);
  }

  /** `undefined` when Redis did not answer. */
  #ask(key: string, cost: number): Promise<Taken | undefined> {
    return takeFrom(this.#shared, key, cost).catch(() => undefined);
  }
}

/** The library rejects with its result where it refuses, and with an `Error` where it does not know. */
async function takeFrom(limiter: RateLimiterRedis | RateLimiterMemory, key: string, cost: number): Promise<Taken> {
  try {
    return toTaken(true, limiter.points, await limiter.consume(key, Math.min(cost, limiter.points)));
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    return toTaken(false, limiter.points, refusal);
  }
}

function toTaken(isAllowed: boolean, limit: number, { remainingPoints, msBeforeNext }: RateLimiterRes): Taken {
  return { isAllowed, limit, remaining: Math.max(0, remainingPoints), waitMs: Math.max(0, msBeforeNext) };
}
