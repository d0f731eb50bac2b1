import type { Clock } from '#libs/kernel';
import { REVOKED_AS_OF_TTL_MS, REVOKED_KEYS_WHOLE, type RevocationList } from '#libs/contracts';
import { pipelineResults, type RedisConnection } from '#libs/redis';

const OVERLAP_MS = 15 * 60_000;
const MAX_KEPT = 100_000;
/** Every entry is two arguments of a call, and a call has room for about a hundred thousand. */
const ENTRIES_PER_COMMAND = 5_000;

interface Revoked {
  readonly id: string;
  readonly at: Date;
}

export interface RevocationListParts {
  readonly redis: RedisConnection;
  readonly list: RevocationList;
  /** The newest revocations since a time, newest first. */
  readonly revokedSince: (since: Date, limit: number) => Promise<readonly Revoked[]>;
  readonly clock: Clock;
}

/**
 * A list of recent revocations in Redis. Each run costs the same: it writes the last 15 minutes again, and everything that the list
 * keeps when it is missing, after a flush or a time without this service. It also adds what the relay could not write.
 */
export class RedisRevocationList {
  constructor(private readonly parts: RevocationListParts) {}

  /** Writes the list up to now. @throws Error when Postgres or Redis does not answer */
  async refresh(): Promise<void> {
    const { clock, list, revokedSince } = this.parts;
    const asOf = clock.now().getTime();
    const isWhole = await this.#isWhole();
    await this.#write(await revokedSince(new Date(asOf - (isWhole ? OVERLAP_MS : list.keptMs)), MAX_KEPT), asOf);
  }

  async #isWhole(): Promise<boolean> {
    const { redis, list } = this.parts;
    const [asOf, member] = await pipelineResults(
      redis.client.multi().exists(list.asOf).zscore(list.members, REVOKED_KEYS_WHOLE),
    );
    return asOf === 1 && member !== null;
  }

  async #write(revoked: readonly Revoked[], asOf: number): Promise<void> {
    const { redis, list } = this.parts;
    const transaction = redis.client.multi();
    for (let from = 0; from < revoked.length; from += ENTRIES_PER_COMMAND) {
      const entries = revoked.slice(from, from + ENTRIES_PER_COMMAND);
      transaction.zadd(list.members, ...entries.flatMap(({ id, at }) => [at.getTime(), id]));
    }
    await pipelineResults(
      transaction
        .zadd(list.members, '+inf', REVOKED_KEYS_WHOLE)
        .zremrangebyscore(list.members, '-inf', asOf - list.keptMs)
        .pexpire(list.members, list.keptMs)
        .set(list.asOf, asOf, 'PX', REVOKED_AS_OF_TTL_MS),
    );
  }
}
