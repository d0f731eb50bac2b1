import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { BUCKET, TAKE, WINDOW } from './rate-limit-script.js';

/** Result of taking tokens from a limit. */
export interface Taken {
  readonly isAllowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** Time until the limit is full again; for a refusal, until the same cost is allowed. In ms. */
  readonly waitMs: number;
}
export interface RateLimitOptions {
  readonly name: string;
  readonly kind: 'bucket' | 'window';
  /** Tokens per `seconds`; a bucket allows as many at once. */
  readonly capacity: number;
  /** At least 1. */
  readonly seconds: number;
  /** Number of processes that share the limit: each allows its part of the capacity while Redis is down. */
  readonly instances: number;
}

/** Time without calls after Redis did not answer: otherwise every request would wait for the timeout of a hanging Redis. */
const PAUSE_MS = 1_000;

/** A limit that all processes share through Redis. While Redis is down, each process enforces its part of it. Never throws. */
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

  /** Takes `cost` tokens. A cost above the capacity is admitted when the limit is full, and drains it. */
  async take(key: string, cost = 1): Promise<Taken> {
    if (Date.now() >= this.#pausedUntil) {
      const taken = await this.#takeShared(key, cost);
      if (taken !== undefined) return taken;
      this.#pausedUntil = Date.now() + PAUSE_MS;
    }
    return takeFrom(this.#local, key, cost);
  }

  /** `undefined` when Redis did not answer. */
  #takeShared(key: string, cost: number): Promise<Taken | undefined> {
    return takeFrom(this.#shared, key, cost).catch(() => undefined);
  }
}

/** The library rejects with a `RateLimiterRes` for a refusal, and with an `Error` when Redis did not answer. */
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
