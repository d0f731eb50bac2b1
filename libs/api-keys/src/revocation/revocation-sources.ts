import { accountsRpc, REVOKED_AS_OF_TTL_MS, REVOKED_KEYS_WHOLE, type RevocationList } from '#libs/contracts';
import type { RpcClient } from '#libs/bus';
import { pipelineResults, type RedisConnection } from '#libs/redis';

export interface RevokedSince {
  readonly ids: readonly string[];
  /** The list is complete up to `asOf`, unix ms by the clock of accounts; `ageMs`: upper bound of its age when it was read. */
  readonly whole?: { readonly asOf: number; readonly ageMs: number };
}
/** Source of what was revoked since a time (unix ms by the clock of accounts). */
export interface RevocationSource {
  since(since: number): Promise<RevokedSince>;
}

const TIMEOUT_MS = 1_000;

export class RpcRevocations implements RevocationSource {
  constructor(private readonly rpc: RpcClient) {}

  async since(since: number): Promise<RevokedSince> {
    const command = { since: new Date(since).toISOString() };
    const answer = await this.rpc.ask(accountsRpc.listRevocations, command, undefined, { timeoutMs: TIMEOUT_MS });
    return { ids: answer.lookup_ids, whole: { asOf: Date.parse(answer.as_of), ageMs: 0 } };
  }
}

/** Available while NATS is away. */
export class RedisRevocations implements RevocationSource {
  constructor(
    private readonly redis: RedisConnection,
    private readonly list: RevocationList,
  ) {}

  async since(since: number): Promise<RevokedSince> {
    const { members: set, asOf: completeAt } = this.list;
    const read = this.redis.client.multi().zrangebyscore(set, since, '+inf').get(completeAt).pttl(completeAt);
    const [members, asOf, ttlMs] = (await pipelineResults(read)) as [string[], string | null, number];
    const ids = members.filter((member) => member !== REVOKED_KEYS_WHOLE);
    if (asOf === null || ids.length === members.length) return { ids };
    return { ids, whole: { asOf: Number(asOf), ageMs: REVOKED_AS_OF_TTL_MS - ttlMs } };
  }
}
