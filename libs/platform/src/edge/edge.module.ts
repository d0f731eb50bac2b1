import { Inject, Module, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { PLATFORM } from '#libs/contracts';
import { LOGGER } from '../bootstrap/tokens.js';
import { Health, registerGuard } from '../http/index.js';
import { KeyCheck, KeysModule } from '../keys/index.js';
import type { Logger } from '../logging/index.js';
import { Bus, RpcClient } from '../messaging/index.js';
import { RedisConnection } from '../redis/index.js';
import { RedisThenRpc, RulesetReplica, SnapshotSource } from '../replica/index.js';
import { keysGuard } from './keys-guard.js';

/** What the edge services of a process share: the rulesets it holds and the API keys it knows. */
@Module({
  imports: [KeysModule],
  providers: [
    {
      provide: SnapshotSource,
      useFactory: (redis: RedisConnection, rpc: RpcClient) => new RedisThenRpc(redis, rpc),
      inject: [RedisConnection, RpcClient],
    },
    {
      provide: RulesetReplica,
      useFactory: (bus: Bus, source: SnapshotSource, logger: Logger) => new RulesetReplica(bus, source, logger),
      inject: [Bus, SnapshotSource, LOGGER],
    },
  ],
  exports: [RulesetReplica, KeysModule],
})
export class EdgeModule implements OnModuleInit, BeforeApplicationShutdown {
  constructor(
    @Inject(RulesetReplica) private readonly replica: RulesetReplica,
    @Inject(KeyCheck) private readonly keys: KeyCheck,
    @Inject(Health) private readonly health: Health,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
  ) {}

  onModuleInit(): void {
    registerGuard(this.host.httpAdapter.getInstance<FastifyInstance>(), 'keys', keysGuard(this.keys));
    this.replica.start();
    this.health.register({ name: 'ruleset', critical: true, check: () => this.#holdsRuleset() });
  }

  beforeApplicationShutdown(): void {
    this.replica.stop();
  }

  async #holdsRuleset(): Promise<void> {
    if (this.replica.get(PLATFORM) === undefined) throw new Error('no ruleset is known yet');
  }
}
