import type { Clock } from '#libs/kernel';
import { REVOKED_AS_OF, REVOKED_AS_OF_TTL_MS, REVOKED_KEYS, REVOKED_KEYS_WHOLE } from '#libs/contracts';
import { pipelineResults, type RedisConnection } from '#libs/redis';
import type { RevokedAt, RevokedKeys } from '../application/api-keys/ports.js';

const OVERLAP_MS = 15 * 60_000;
const KEPT_MS = 24 * 3_600_000;
const MAX_KEPT = 100_000;

/**
 * The revocations of the last 24 hours in Redis. Each run costs the same: it writes the last 15 minutes again, and the
 * whole day when the list is missing, after a flush or a time without this service. It also adds what the relay could not write.
 */
export class RedisRevocationList {
  constructor(
    private readonly redis: RedisConnection,
    private readonly revokedKeys: RevokedKeys,
    private readonly clock: Clock,
  ) {}

  /** Writes the list up to now. @throws Error when Postgres or Redis does not answer */
  async refresh(): Promise<void> {
    const asOf = this.clock.now().getTime();
    const isWhole = await this.#isWhole();
    const revoked = await this.revokedKeys.since(new Date(asOf - (isWhole ? OVERLAP_MS : KEPT_MS)), MAX_KEPT);
    await this.#write(revoked, asOf);
  }

  async #isWhole(): Promise<boolean> {
    const [asOf, member] = await pipelineResults(
      this.redis.client.multi().exists(REVOKED_AS_OF).zscore(REVOKED_KEYS, REVOKED_KEYS_WHOLE),
    );
    return asOf === 1 && member !== null;
  }

  async #write(revoked: readonly RevokedAt[], asOf: number): Promise<void> {
    const scored = revoked.flatMap(({ lookupId, at }) => [at.getTime(), lookupId]);
    await pipelineResults(
      this.redis.client
        .multi()
        .zadd(REVOKED_KEYS, ...scored, '+inf', REVOKED_KEYS_WHOLE)
        .zremrangebyscore(REVOKED_KEYS, '-inf', asOf - KEPT_MS)
        .pexpire(REVOKED_KEYS, KEPT_MS)
        .set(REVOKED_AS_OF, asOf, 'PX', REVOKED_AS_OF_TTL_MS),
    );
  }
}
