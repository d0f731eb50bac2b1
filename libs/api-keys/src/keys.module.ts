import { Inject, Module, type BeforeApplicationShutdown, type OnModuleInit, type Provider } from '@nestjs/common';
import { ApiKeyRevokedV1, parseFact, scopeOf, type FactOf } from '#libs/contracts';
import { Clock, Ids } from '#libs/kernel';
import { PLATFORM_SETTINGS, type PlatformSettings, type Runtime, LOGGER, RUNTIME } from '#libs/service';
import type { Logger } from '#libs/observability';
import { Bus, RpcClient } from '#libs/bus';
import { FactPublisher } from '#libs/facts';
import { RedisConnection } from '#libs/redis';
import { Argon2Hasher } from '#libs/crypto';
import { KeyCheck } from './check/key-check.js';
import { KeyDirectory, RedisThenRpcKeys } from './cache/key-directory.js';
import { KeyUsage } from './usage/key-usage.js';
import { RevocationPoll } from './revocation/revocation-poll.js';
import { RedisRevocations, RpcRevocations } from './revocation/revocation-sources.js';
import { Revocations } from './revocation/revocations.js';

const EXPIRY_STEP_MS = 250;

const providers: Provider[] = [
  { provide: Revocations, useFactory: () => new Revocations() },
  {
    provide: KeyDirectory,
    inject: [RedisConnection, RpcClient, Revocations, Clock],
    useFactory: (redis: RedisConnection, rpc: RpcClient, revocations: Revocations, clock: Clock) =>
      new RedisThenRpcKeys(redis, rpc, revocations, clock),
  },
  {
    provide: KeyCheck,
    inject: [KeyDirectory, Revocations, Clock, PLATFORM_SETTINGS],
    useFactory: (directory: KeyDirectory, revocations: Revocations, clock: Clock, { keys }: PlatformSettings) =>
      new KeyCheck({ directory, revocations, clock, hasher: new Argon2Hasher(), graceMs: keys.graceMs }),
  },
  {
    provide: RevocationPoll,
    inject: [Revocations, RedisConnection, RpcClient, Clock, LOGGER],
    useFactory: (revocations: Revocations, redis: RedisConnection, rpc: RpcClient, clock: Clock, logger: Logger) =>
      new RevocationPoll(revocations, [new RpcRevocations(rpc), new RedisRevocations(redis)], clock, logger),
  },
  {
    provide: KeyUsage,
    inject: [KeyCheck, FactPublisher, Clock, Ids, RUNTIME],
    useFactory: (keys: KeyCheck, publisher: FactPublisher, clock: Clock, ids: Ids, { name, logger }: Runtime) =>
      new KeyUsage({ keys, publisher, clock, ids, logger, source: name }),
  },
];

/** The API keys that a process knows: one check for all services in it, told of revocations by the bus and by polling. */
@Module({ providers, exports: [KeyCheck] })
export class KeysModule implements OnModuleInit, BeforeApplicationShutdown {
  #expiry: NodeJS.Timeout | undefined;

  constructor(
    @Inject(KeyCheck) private readonly keys: KeyCheck,
    @Inject(Revocations) private readonly revocations: Revocations,
    @Inject(RevocationPoll) private readonly poll: RevocationPoll,
    @Inject(KeyUsage) private readonly usage: KeyUsage,
    @Inject(Bus) private readonly bus: Bus,
  ) {}

  /** Subscribes first and asks then, so that no revocation falls between the two. */
  onModuleInit(): void {
    this.bus.subscribe(ApiKeyRevokedV1.everyScope, (message) => {
      const fact = parseFact(message.string(), [ApiKeyRevokedV1]) as FactOf<typeof ApiKeyRevokedV1>;
      this.revocations.add(fact.data.lookup_id, { orgId: scopeOf(fact), keyId: fact.data.key_id });
    });
    this.bus.onConnect(() => void this.poll.poll());
    this.poll.start();
    this.usage.start();
    this.#expiry = setInterval(() => this.keys.endExpired(), EXPIRY_STEP_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.#expiry);
    this.poll.stop();
    this.usage.stop();
    await this.usage.publish();
  }
}
