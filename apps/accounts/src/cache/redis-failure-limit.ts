import { createHash, randomUUID } from 'node:crypto';
import type { RedisConnection } from '#libs/redis';
import { type Attempt, FailureLimit } from '../application/ports/secrets.js';
import { tooManyFailures } from './too-many-failures.js';

const WINDOW_MS = 60_000;
/** Times come from the clock of Redis. Keys expire two windows after the last failure. */
const BEGIN = `
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ${WINDOW_MS})
  local oldest = redis.call('ZRANGE', KEYS[1], -tonumber(ARGV[1]), -tonumber(ARGV[1]), 'WITHSCORES')
  if oldest[2] then return math.max(1, oldest[2] + ${WINDOW_MS} - now) end
  redis.call('ZADD', KEYS[1], now, ARGV[2])
  redis.call('PEXPIRE', KEYS[1], 2 * ${WINDOW_MS})
  return 0`;

/**
 * Failures of the last minute by key, shared by all processes. People can sign in while Redis is away: a stricter limit per
 * process counts then, so that an attack on Redis does not speed up guessing. Keys are hashed, since they hold addresses of
 * people.
 */
export class RedisFailureLimit implements FailureLimit {
  constructor(
    private readonly redis: RedisConnection,
    private readonly perMinute: number,
    private readonly withoutRedis: FailureLimit,
  ) {}

  async begin(key: string): Promise<Attempt> {
    const name = `loom:limit:failures:${createHash('sha256').update(key).digest('base64url')}`;
    const attempt = randomUUID();
    const waitMs = await this.#begin(name, attempt);
    if (waitMs === undefined) return this.withoutRedis.begin(key);
    if (waitMs > 0) throw tooManyFailures(Math.ceil(waitMs / 1_000));
    // An attempt that cannot be removed counts as a failure for a minute.
    return { forget: async () => void (await this.redis.client.zrem(name, attempt).catch(() => 0)) };
  }

  /** The time to wait, 0 when the attempt may begin; `undefined` when Redis does not answer. */
  async #begin(name: string, attempt: string): Promise<number | undefined> {
    try {
      return Number(await this.redis.client.eval(BEGIN, 1, name, this.perMinute, attempt));
    } catch {
      return undefined;
    }
  }
}
