import { ApiKeyRevokedV1, parseFact, revokedKeys, scopeOf, type FactOf } from '#libs/contracts';
import { Argon2Hasher } from '#libs/crypto';
import type { Bus } from '#libs/bus';
import type { Job, Lifecycle, Runtime } from '#libs/service';
import { KeyCheck } from './check/key-check.js';
import { RedisThenRpcKeys } from './cache/key-directory.js';
import { RevocationPoll } from './revocation/revocation-poll.js';
import { RedisRevocations, RpcRevocations } from './revocation/revocation-sources.js';
import { Revocations } from './revocation/revocations.js';
import { KeyUsage } from './usage/key-usage.js';

const EXPIRY_STEP_MS = 250;

export type KeysDependencies = Omit<Runtime, 'metrics' | 'health' | 'consumers' | 'databases' | 'hosted'>;

/** The check of API keys, with everything that keeps it current. */
export interface Keys {
  readonly check: KeyCheck;
  readonly jobs: readonly Job[];
  readonly lifecycle: Lifecycle;
}

export function composeKeys({ bus, rpc, redis, clock, logger, settings, ...facts }: KeysDependencies): Keys {
  const revocations = new Revocations();
  const directory = new RedisThenRpcKeys(redis, rpc, revocations, clock);
  const hasher = new Argon2Hasher('keys');
  const check = new KeyCheck({ directory, revocations, clock, hasher, graceMs: settings.keys.graceMs });
  const sources = [new RpcRevocations(rpc), new RedisRevocations(redis, revokedKeys)];
  const { keptMs } = revokedKeys;
  const poll = new RevocationPoll({ what: 'revoked keys', revocations, sources, keptMs, clock, logger });
  const usage = new KeyUsage({ keys: check, clock, logger, source: facts.name, ...facts });
  const expiry = { name: 'the end of expired keys', everyMs: EXPIRY_STEP_MS, run: async () => check.endExpired() };
  return {
    check,
    jobs: [expiry, poll.job(), usage.job()],
    lifecycle: { start: () => followRevocations(bus, revocations, poll), stop: () => usage.publish() },
  };
}

/** Subscribes before the first poll, so that no revocation is missed between the two. */
function followRevocations(bus: Bus, revocations: Revocations, poll: RevocationPoll): void {
  bus.subscribe(ApiKeyRevokedV1.everyScope, (message) => {
    const fact = parseFact(message.string(), [ApiKeyRevokedV1]) as FactOf<typeof ApiKeyRevokedV1>;
    revocations.add(fact.data.lookup_id, { orgId: scopeOf(fact), keyId: fact.data.key_id });
  });
  bus.onConnect(() => void poll.poll());
  void poll.poll();
}
