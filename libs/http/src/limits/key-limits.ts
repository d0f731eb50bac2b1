import { LRUCache } from 'lru-cache';
import type { onRequestHookHandler } from 'fastify';
import { announce } from './rate-limiter.js';
import type { Taken } from './rate-limit.js';

/** Requests per second of each API key in this process. 0: no limit. */
export interface KeyLimits {
  readonly evaluation: number;
  readonly streams: number;
  readonly capture: number;
}
interface Bucket {
  tokens: number;
  atMs: number;
}

const MAX_KEYS = 100_000;
const SECOND_MS = 1_000;

/** A token bucket per key in memory: it holds the requests of one second, and is full again after a second. */
export class LocalBuckets {
  readonly #buckets = new LRUCache<string, Bucket>({ max: MAX_KEYS });

  constructor(private readonly perSecond: number) {}

  take(key: string, nowMs: number): Taken {
    const limit = this.perSecond;
    const bucket = this.#buckets.get(key) ?? { tokens: limit, atMs: nowMs };
    bucket.tokens = Math.min(limit, bucket.tokens + ((nowMs - bucket.atMs) * limit) / SECOND_MS);
    bucket.atMs = nowMs;
    this.#buckets.set(key, bucket);
    const isAllowed = bucket.tokens >= 1;
    if (isAllowed) bucket.tokens -= 1;
    const missing = isAllowed ? limit - bucket.tokens : 1 - bucket.tokens;
    return { isAllowed, limit, remaining: Math.floor(bucket.tokens), waitMs: (missing * SECOND_MS) / limit };
  }
}

/** Returns the hook that limits API keys on one route; `undefined` without a limit, so that it costs nothing. */
export function keyLimitHook(url: string, limits: KeyLimits | undefined): onRequestHookHandler | undefined {
  const perSecond = limits?.[kindOf(url)] ?? 0;
  if (perSecond === 0) return undefined;
  const buckets = new LocalBuckets(perSecond);
  return (request, reply, done) => {
    if (request.caller?.kind !== 'key') return done();
    try {
      announce(reply, buckets.take(request.caller.record.id, performance.now()));
      done();
    } catch (error) {
      done(error as Error);
    }
  };
}

function kindOf(url: string): keyof KeyLimits {
  if (url.endsWith('/stream')) return 'streams';
  return url.startsWith('/api/analytics/') ? 'capture' : 'evaluation';
}
