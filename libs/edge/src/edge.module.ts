import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import {
  Inject,
  Module,
  type BeforeApplicationShutdown,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { PLATFORM } from '#libs/contracts';
import { Clock, Secret } from '#libs/kernel';
import { PLATFORM_SETTINGS, type PlatformSettings, type Runtime, LOGGER, RUNTIME } from '#libs/service';
import { registerGuard } from '#libs/http';
import { KeyCheck, KeysModule } from '#libs/api-keys';
import type { Logger } from '#libs/observability';
import { RpcClient } from '#libs/bus';
import { VersionReceipts, RedisThenRpc, SnapshotSource, RulesetReplica, SnapshotFile } from '#libs/rulesets';
import { RedisConnection } from '#libs/redis';
import { edgeMetrics } from './edge-metrics.js';
import { keysGuard } from './keys-guard.js';
import { SnapshotKeeper } from './snapshot-keeper.js';
import { StreamTokens } from './stream-token.js';

/** How long a process that begins with a snapshot waits to hear whether it is the newest, before it is ready with what it has. */
const CONFIRM_MS = 1_000;

/** The file of this process: several services, or instances of one, may share the folder. */
function snapshotPath({ name, settings }: Runtime): string {
  const { instance } = settings.snapshot;
  return join(settings.dataDir, `snapshot-${name}${instance === undefined ? '' : `-${instance}`}.json`);
}

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
      useFactory: (source: SnapshotSource, { bus, logger, settings }: Runtime) =>
        new RulesetReplica(bus, source, logger, { maxBytes: settings.evaluators.cacheBytes }),
      inject: [SnapshotSource, RUNTIME],
    },
    {
      provide: VersionReceipts,
      useFactory: (replica: RulesetReplica, { redis, logger, name, ids, settings }: Runtime) => {
        const { forgetMs } = settings.evaluators;
        return new VersionReceipts({ redis, replica, logger, service: name, id: ids.next(), forgetMs });
      },
      inject: [RulesetReplica, RUNTIME],
    },
    {
      provide: StreamTokens,
      useFactory: (settings: PlatformSettings, clock: Clock, logger: Logger) =>
        new StreamTokens(settings.streamTokenSecret ?? madeUpSecret(logger), clock),
      inject: [PLATFORM_SETTINGS, Clock, LOGGER],
    },
  ],
  exports: [RulesetReplica, StreamTokens, VersionReceipts, KeysModule],
})
export class EdgeModule implements OnModuleInit, BeforeApplicationShutdown, OnApplicationShutdown {
  #keeper: SnapshotKeeper | undefined;
  /** Of the snapshot, in unix ms; what is newer was heard from somebody since. */
  #restoredFrom = 0;
  #startedAt = 0;

  constructor(
    @Inject(RulesetReplica) private readonly replica: RulesetReplica,
    @Inject(KeyCheck) private readonly keys: KeyCheck,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(RUNTIME) private readonly runtime: Runtime,
    @Inject(VersionReceipts) private readonly receipts: VersionReceipts,
  ) {}

  /** The snapshot comes before anything is asked, and nothing is answered before it is read. */
  async onModuleInit(): Promise<void> {
    registerGuard(
      this.host.httpAdapter.getInstance<FastifyInstance>(),
      'keys',
      keysGuard(this.keys, () => this.#isInitialised),
    );
    const { name: service, metrics: registry } = this.runtime;
    edgeMetrics({ registry, replica: this.replica, keys: this.keys, service });
    await this.#startKeeper();
    this.#restoredFrom = this.replica.confirmedAt;
    this.#startedAt = performance.now();
    this.replica.start();
    this.receipts.start();
    this.runtime.health.register({ name: 'ruleset', critical: true, check: () => this.#holdsRuleset() });
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.replica.stop();
    await this.#keeper?.stop();
  }

  /** It answers nobody any more. */
  async onApplicationShutdown(): Promise<void> {
    await this.receipts.stop();
  }

  async #startKeeper(): Promise<void> {
    if (!this.runtime.settings.snapshot.isKept) return;
    const { replica, keys, runtime } = this;
    const file = new SnapshotFile(snapshotPath(runtime));
    this.#keeper = new SnapshotKeeper({ file, replica, keys, logger: runtime.logger });
    await this.#keeper.start();
  }

  get #isInitialised(): boolean {
    return this.replica.get(PLATFORM) !== undefined;
  }

  async #holdsRuleset(): Promise<void> {
    if (!this.#isInitialised) throw new Error('no ruleset is known yet');
    const isConfirmed = this.replica.confirmedAt > this.#restoredFrom;
    const hasWaited = performance.now() - this.#startedAt > CONFIRM_MS;
    // Readers come from processes that may be ahead of the snapshot: they must not see a version fall when somebody can be asked.
    if (!isConfirmed && !hasWaited) throw new Error('whether the snapshot is the newest is being asked');
  }
}

function madeUpSecret(logger: Logger): Secret {
  logger.warn(
    'LOOM_STREAM_TOKEN_SECRET is not set: tokens of OFREP streams are good in this process alone, until it ends',
  );
  return new Secret(randomBytes(32).toString('hex'));
}
