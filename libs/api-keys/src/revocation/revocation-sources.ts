import { accountsRpc, REVOKED_AS_OF, REVOKED_AS_OF_TTL_MS, REVOKED_KEYS, REVOKED_KEYS_WHOLE } from '#libs/contracts';
import type { RpcClient } from '#libs/bus';
import type { RedisConnection } from '#libs/redis';

export interface RevokedSince {
  readonly lookupIds: readonly string[];
  /** Up to when nothing is missing: unix ms by the clock of accounts, and how old that was at most when it was asked for. */
  readonly whole?: { readonly asOf: number; readonly ageMs: number };
}
/** Whom a process asks for the keys revoked since some time (unix ms by the clock of accounts). */
export abstract class RevocationSource {
  abstract since(since: number): Promise<RevokedSince>;
}

const TIMEOUT_MS = 1_000;

export class RpcRevocations extends RevocationSource {
  constructor(private readonly rpc: RpcClient) {
    super();
  }

  override async since(since: number): Promise<RevokedSince> {
    const command = { since: new Date(since).toISOString() };
    const answer = await this.rpc.ask(accountsRpc.listRevocations, command, undefined, { timeoutMs: TIMEOUT_MS });
    return { lookupIds: answer.lookup_ids, whole: { asOf: Date.parse(answer.as_of), ageMs: 0 } };
  }
}

/** What is left when NATS is away. */
export class RedisRevocations extends RevocationSource {
  constructor(private readonly redis: RedisConnection) {
    super();
  }

  override async since(since: number): Promise<RevokedSince> {
    const results = await this.redis.client
      .multi()
      .zrangebyscore(REVOKED_KEYS, since, '+inf')
      .get(REVOKED_AS_OF)
      .pttl(REVOKED_AS_OF)
      .exec();
    const [members, asOf, ttlMs] = (results ?? []).map(valueOf) as [string[], string | null, number];
    const lookupIds = members.filter((member) => member !== REVOKED_KEYS_WHOLE);
    if (asOf === null || lookupIds.length === members.length) return { lookupIds };
    return { lookupIds, whole: { asOf: Number(asOf), ageMs: REVOKED_AS_OF_TTL_MS - ttlMs } };
  }
}

function valueOf([error, value]: [Error | null, unknown]): unknown {
  if (error !== null) throw error;
  return value;
}
