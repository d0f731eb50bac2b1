import { Inject, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { durables } from '#libs/contracts';
import { Clock } from '#libs/kernel';
import {
  Database, FactConsumers, Inbox, LOGGER, PLATFORM_SETTINGS, PostgresModule, RedisConnection, RpcClient,
  type PlatformSettings, type RelayOptions,
} from '#libs/platform'; // prettier-ignore
import { LearnEnvironment } from './application/learn-environment.js';
import { Accounts, History, Lists, RulesetRefresh, Rulesets, UnitOfWork } from './application/ports.js';
import { RulesetCache } from './cache/ruleset-cache.js';
import { RulesetStore } from './cache/ruleset-store.js';
import { flagsSettings, type FlagsSettings } from './config.js';
import { Epoch } from './db/epoch.js';
import { PostgresHistory } from './db/postgres-history.js';
import { PostgresLists } from './db/postgres-lists.js';
import { PostgresRulesets } from './db/postgres-rulesets.js';
import { PostgresUnitOfWork } from './db/postgres-unit-of-work.js';
import { made } from './made.js';
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
  made(Epoch, [Database, Clock]),
  made(PostgresUnitOfWork, [Database, Inbox, Epoch, Clock], UnitOfWork),
  made(PostgresLists, [Database], Lists),
  made(PostgresHistory, [Database], History),
  made(PostgresRulesets, [Database, Epoch], Rulesets),
  made(RpcAccounts, [RpcClient], Accounts),
  made(RulesetStore, [RedisConnection]),
  made(RulesetCache, [RulesetStore, Rulesets, Clock, LOGGER]),
  { provide: RulesetRefresh, useExisting: RulesetCache },
];

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
export class FlagsModule implements OnApplicationBootstrap {
  constructor(
    @Inject(FactConsumers) private readonly consumers: FactConsumers,
    @Inject(LearnEnvironment) private readonly learn: LearnEnvironment,
  ) {}

  onApplicationBootstrap(): void {
    this.consumers.run(durables.flagsEnvironments, onEnvironmentChanged(this.learn));
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
