import { Inject, Module, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { durables } from '#libs/contracts';
import { Clock } from '#libs/kernel';
import {
  Database, FactConsumers, Inbox, LOGGER, PLATFORM_SETTINGS, PostgresModule, RedisConnection, RpcClient,
  type PlatformSettings, type RelayOptions,
} from '#libs/platform'; // prettier-ignore
import { LearnEnvironment } from './application/learn-environment.js';
import {
  Accounts,
  History,
  Lists,
  Remains,
  RulesetRefresh,
  Rulesets,
  Schedules,
  UnitOfWork,
} from './application/ports.js';
import { PurgeDeleted } from './application/purge-deleted.js';
import { TakeScheduledSteps } from './application/take-scheduled-steps.js';
import { RulesetCache } from './cache/ruleset-cache.js';
import { RulesetStore } from './cache/ruleset-store.js';
import { flagsSettings, type FlagsSettings } from './config.js';
import { Epoch } from './db/epoch.js';
import { PostgresHistory } from './db/postgres-history.js';
import { PostgresLists } from './db/postgres-lists.js';
import { PostgresRemains } from './db/postgres-remains.js';
import { PostgresRulesets } from './db/postgres-rulesets.js';
import { PostgresUnitOfWork } from './db/postgres-unit-of-work.js';
import { PostgresSchedules } from './db/schedule-steps.js';
import { made } from './made.js';
import { onEnvironmentChanged } from './messaging/on-environment-changed.js';
import { RpcAccounts } from './messaging/rpc-accounts.js';
import { Repeating } from './repeating.js';
import { ConfigHandlers } from './rpc/config-handlers.js';
import { FlagHandlers } from './rpc/flag-handlers.js';
import { FlagBulkHandlers } from './rpc/flag-bulk-handlers.js';
import { FlagHistoryHandlers } from './rpc/flag-history-handlers.js';
import { FlagQueryHandlers } from './rpc/flag-query-handlers.js';
import { KillSwitchHandlers } from './rpc/kill-switch-handlers.js';
import { KillSwitchQueryHandlers } from './rpc/kill-switch-query-handlers.js';
import { RulesetHandlers } from './rpc/ruleset-handlers.js';
import { SegmentHandlers } from './rpc/segment-handlers.js';
import { StrategyHandlers } from './rpc/strategy-handlers.js';
import { useCases } from './use-cases.js';

const adapters = [
  made(Epoch, [Database, Clock]),
  made(PostgresUnitOfWork, [Database, Inbox, Epoch, Clock], UnitOfWork),
  made(PostgresLists, [Database], Lists),
  made(PostgresHistory, [Database], History),
  made(PostgresRulesets, [Database, Epoch], Rulesets),
  made(PostgresSchedules, [Database], Schedules),
  made(PostgresRemains, [Database, Inbox], Remains),
  made(Repeating, [LOGGER]),
  made(RpcAccounts, [RpcClient], Accounts),
  made(RulesetStore, [RedisConnection]),
  made(RulesetCache, [RulesetStore, Rulesets, Clock, LOGGER]),
  { provide: RulesetRefresh, useExisting: RulesetCache },
];

const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;

/** Which adapter fills which port. */
@Module({
  imports: [
    PostgresModule.register({
      service: 'flags',
      settings: { inject: [PLATFORM_SETTINGS], useFactory: toPostgres },
      relay: { inject: [ModuleRef, flagsSettings.token], useFactory: toRelay },
    }),
  ],
  controllers: [
    FlagHandlers, FlagBulkHandlers, FlagHistoryHandlers, FlagQueryHandlers, ConfigHandlers, KillSwitchHandlers, KillSwitchQueryHandlers, RulesetHandlers,
    SegmentHandlers, StrategyHandlers,
  ], // prettier-ignore
  providers: [...adapters, ...useCases],
})
export class FlagsModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    @Inject(FactConsumers) private readonly consumers: FactConsumers,
    @Inject(LearnEnvironment) private readonly learn: LearnEnvironment,
    @Inject(TakeScheduledSteps) private readonly steps: TakeScheduledSteps,
    @Inject(PurgeDeleted) private readonly purge: PurgeDeleted,
    @Inject(Repeating) private readonly repeating: Repeating,
  ) {}

  onApplicationBootstrap(): void {
    this.consumers.run(durables.flagsEnvironments, onEnvironmentChanged(this.learn));
    this.repeating.start({ name: 'steps of schedules', everyMs: SECOND_MS, work: () => this.steps.execute() });
    this.repeating.start({ name: 'purge', everyMs: DAY_MS, work: () => this.purge.execute() });
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.repeating.stop();
  }
}

function toPostgres({ postgres }: PlatformSettings): { url: string; roleSecret: string } {
  if (postgres === undefined) throw new Error('flags needs LOOM_POSTGRES_URL and LOOM_ROLE_SECRET');
  return { url: postgres.url.expose(), roleSecret: postgres.roleSecret.expose() };
}

/** The relay comes before the cache, which reads the database that comes with the relay: so it is looked up when needed. */
function toRelay(modules: ModuleRef, { outboxBatch }: FlagsSettings): RelayOptions {
  return {
    batch: outboxBatch,
    beforePublish: [(row) => modules.get(RulesetCache, { strict: false }).beforePublish(row)],
  };
}
