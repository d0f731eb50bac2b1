import { accountsRpc, type KeyRecord, keyRecordKey, type FoundKey, type RevokedKey } from '#libs/contracts';
import type { Clock } from '#libs/kernel';
import type { RpcClient } from '#libs/bus';
import type { RedisConnection } from '#libs/redis';
import type { Revocations } from '../revocation/revocations.js';

/** Source of the records of keys that are not in memory. */
export interface KeyDirectory {
  /** @throws AppError 503 when no source is available */
  find(lookupId: string): Promise<FoundKey>;
}

/** Asks Redis first, which saves load on accounts. A record in Redis is trusted only while the list of revocations is fresh. */
export class RedisThenRpcKeys implements KeyDirectory {
  constructor(
    private readonly redis: RedisConnection,
    private readonly rpc: RpcClient,
    private readonly revocations: Revocations,
    private readonly clock: Clock,
  ) {}

  async find(lookupId: string): Promise<FoundKey> {
    const cached = await this.#cached(lookupId).catch(() => undefined);
    if (cached !== undefined && this.revocations.isFresh(this.clock.now().getTime())) return cached;
    return (await this.rpc.ask(accountsRpc.getKeyRecord, { lookup_id: lookupId })).record;
  }

  async #cached(lookupId: string): Promise<KeyRecord | RevokedKey | undefined> {
    const text = await this.redis.client.get(keyRecordKey(lookupId));
    return text === null ? undefined : (JSON.parse(text) as KeyRecord | RevokedKey);
  }
}
