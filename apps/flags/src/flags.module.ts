import {
  Inject,
  Module,
  type BeforeApplicationShutdown,
  type FactoryProvider,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { durables } from '#libs/contracts';
import { Clock, Ids } from '#libs/kernel';
import { Database, Inbox, PostgresModule, type RelayOptions } from '#libs/postgres';
import { LOGGER, METRICS, PLATFORM_SETTINGS, JobRunner, made, type Job, type PlatformSettings } from '#libs/service';
import { FactConsumers, RpcClient } from '#libs/bus';
import { RedisConnection } from '#libs/redis'; // prettier-ignore
import { GuardLifetime } from './application/guard-lifetime.js';
import { LearnEnvironment } from './application/learn-environment.js';
import {
  Accounts,
  EpochAlarm,
  History,
  Lifetime,
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
import { LoggedEpochAlarm } from './epoch-alarm.js';
import { onEnvironmentChanged } from './messaging/on-environment-changed.js';
import { RpcAccounts } from './messaging/rpc-accounts.js';
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
  made(LoggedEpochAlarm, [LOGGER, METRICS], EpochAlarm),
  made(Epoch, [Database, Clock, Ids, EpochAlarm]),
  { provide: Lifetime, useExisting: Epoch },
  made(PostgresUnitOfWork, [Database, Inbox, Epoch, Clock], UnitOfWork),
  made(PostgresLists, [Database], Lists),
  made(PostgresHistory, [Database], History),
  made(PostgresRulesets, [Database, Epoch], Rulesets),
  made(PostgresSchedules, [Database], Schedules),
  made(PostgresRemains, [Database, Inbox], Remains),
  made(JobRunner, [LOGGER]),
  made(RpcAccounts, [RpcClient], Accounts),
  made(RulesetStore, [RedisConnection]),
  made(RulesetCache, [RulesetStore, Rulesets, Lifetime, Clock, LOGGER]),
  { provide: RulesetRefresh, useExisting: RulesetCache },
];

const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;

const JOBS = Symbol('Jobs');
const jobs: FactoryProvider<readonly Job[]> = {
  provide: JOBS,
  inject: [TakeScheduledSteps, GuardLifetime, PurgeDeleted],
  useFactory: (steps: TakeScheduledSteps, lifetime: GuardLifetime, purge: PurgeDeleted) => [
    { name: 'steps of schedules', everyMs: SECOND_MS, run: () => steps.execute() },
    { name: 'lifetime', everyMs: SECOND_MS, run: () => lifetime.execute() },
    { name: 'purge', everyMs: DAY_MS, run: () => purge.execute() },
  ],
};

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
  providers: [...adapters, ...useCases, jobs],
})
export class FlagsModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    @Inject(FactConsumers) private readonly consumers: FactConsumers,
    @Inject(LearnEnvironment) private readonly learn: LearnEnvironment,
    @Inject(JOBS) private readonly jobs: readonly Job[],
    @Inject(JobRunner) private readonly repeating: JobRunner,
  ) {}

  onApplicationBootstrap(): void {
    this.consumers.run(durables.flagsEnvironments, onEnvironmentChanged(this.learn));
    for (const job of this.jobs) this.repeating.start(job);
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
