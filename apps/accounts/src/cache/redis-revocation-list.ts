import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type { Clock } from '#libs/kernel';
import { REVOKED_AS_OF, REVOKED_AS_OF_TTL_MS, REVOKED_KEYS, REVOKED_KEYS_WHOLE } from '#libs/contracts';
import type { RedisConnection } from '#libs/redis';
import type { Logger } from '#libs/observability';
import type { RevokedAt, RevokedKeys } from '../application/api-keys/list-revocations.js';

const PERIOD_MS = 2_000;
const OVERLAP_MS = 15 * 60_000;
const KEPT_MS = 24 * 3_600_000;
const MAX_KEPT = 100_000;

/**
 * Keeps the list of revocations in Redis whole, by constant work: every 2 s the last quarter of an hour is written again, and the
 * whole day when the list is not there, after a flush or a time without us. What the relay could not write is there 2 s later.
 */
export class RedisRevocationList implements OnApplicationBootstrap, OnApplicationShutdown {
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly redis: RedisConnection,
    private readonly revokedKeys: RevokedKeys,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.#next(PERIOD_MS * Math.random());
  }

  onApplicationShutdown(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Writes the list up to now. @throws when Postgres or Redis does not answer */
  async refresh(): Promise<void> {
    const asOf = this.clock.now().getTime();
    const isWhole = await this.#isWhole();
    const revoked = await this.revokedKeys.since(new Date(asOf - (isWhole ? OVERLAP_MS : KEPT_MS)), MAX_KEPT);
    await this.#write(revoked, asOf);
  }

  async #isWhole(): Promise<boolean> {
    const [[, asOf], [, member]] = (await this.redis.client
      .multi()
      .exists(REVOKED_AS_OF)
      .zscore(REVOKED_KEYS, REVOKED_KEYS_WHOLE)
      .exec()) as [[unknown, number], [unknown, string | null]];
    return asOf === 1 && member !== null;
  }

  async #write(revoked: readonly RevokedAt[], asOf: number): Promise<void> {
    const scored = revoked.flatMap(({ lookupId, at }) => [at.getTime(), lookupId]);
    const results = await this.redis.client
      .multi()
      .zadd(REVOKED_KEYS, ...scored, '+inf', REVOKED_KEYS_WHOLE)
      .zremrangebyscore(REVOKED_KEYS, '-inf', asOf - KEPT_MS)
      .pexpire(REVOKED_KEYS, KEPT_MS)
      .set(REVOKED_AS_OF, asOf, 'PX', REVOKED_AS_OF_TTL_MS)
      .exec();
    const failed = results?.find(([error]) => error !== null)?.[0];
    if (failed) throw failed;
  }

  #next(waitMs: number): void {
    this.#timer = setTimeout(() => void this.#turn(), waitMs);
  }

  async #turn(): Promise<void> {
    const timer = this.#timer;
    try {
      await this.refresh();
    } catch (error) {
      this.logger.debug({ err: error }, 'the list of revocations in Redis is not renewed');
    }
    if (this.#timer === timer) this.#next(PERIOD_MS);
  }
}
