import { Inject, Module, type FactoryProvider, type OnApplicationBootstrap, type Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { durables } from '#libs/contracts';
import { Clock, Ids } from '#libs/kernel';
import {
  Database, FactConsumers, Health, Inbox, LOGGER, PLATFORM_SETTINGS, PostgresModule, RedisConnection, RpcClient,
  type PlatformSettings, type RelayOptions,
} from '#libs/platform'; // prettier-ignore
import { ActivateKillSwitch } from './application/activate-kill-switch.js';
import { ArchiveFlag } from './application/archive-flag.js';
import { CreateFlag } from './application/create-flag.js';
import { CreateKillSwitch } from './application/create-kill-switch.js';
import { DeactivateKillSwitch } from './application/deactivate-kill-switch.js';
import { DeleteKillSwitch } from './application/delete-kill-switch.js';
import { EnvironmentDirectory } from './application/environment-directory.js';
import { GetConfig } from './application/get-config.js';
import { GetFlag } from './application/get-flag.js';
import { GetKillSwitch } from './application/get-kill-switch.js';
import { GetRuleset } from './application/get-ruleset.js';
import { GetVersions } from './application/get-versions.js';
import { LearnEnvironment } from './application/learn-environment.js';
import { ListConfigs } from './application/list-configs.js';
import { ListFlags } from './application/list-flags.js';
import { ListKillSwitches } from './application/list-kill-switches.js';
import { Accounts, Lists, RulesetRefresh, Rulesets, UnitOfWork } from './application/ports.js';
import { RestoreFlag } from './application/restore-flag.js';
import { UpdateConfig } from './application/update-config.js';
import { UpdateFlag } from './application/update-flag.js';
import { UpdateKillSwitch } from './application/update-kill-switch.js';
import { RulesetCache } from './cache/ruleset-cache.js';
import { RulesetStore } from './cache/ruleset-store.js';
import type { FlagsSettings } from './config.js';
import { flagsSettings } from './config.js';
import { Epoch } from './db/epoch.js';
import { PostgresLists } from './db/postgres-lists.js';
import { PostgresRulesets } from './db/postgres-rulesets.js';
import { PostgresUnitOfWork } from './db/postgres-unit-of-work.js';
import { onEnvironmentChanged } from './messaging/on-environment-changed.js';
import { RpcAccounts } from './messaging/rpc-accounts.js';
import { ConfigHandlers } from './rpc/config-handlers.js';
import { FlagHandlers } from './rpc/flag-handlers.js';
import { FlagQueryHandlers } from './rpc/flag-query-handlers.js';
import { KillSwitchHandlers } from './rpc/kill-switch-handlers.js';
import { KillSwitchQueryHandlers } from './rpc/kill-switch-query-handlers.js';
import { RulesetHandlers } from './rpc/ruleset-handlers.js';

type Token = FactoryProvider['provide'];

/** A class without decorators, made of what stands behind these tokens. */
function made<A extends unknown[]>(
  type: new (...given: A) => object,
  inject: Token[],
  as: Token = type,
): FactoryProvider {
  return {
    provide: as,
    inject: inject as FactoryProvider['inject'],
    useFactory: (...given) => new type(...(given as A)),
  };
}

const adapters = [
  made(Epoch, [Database, Clock]),
  made(PostgresUnitOfWork, [Database, Inbox, Epoch, Clock], UnitOfWork),
  made(PostgresLists, [Database], Lists),
  made(PostgresRulesets, [Database, Epoch], Rulesets),
  made(RpcAccounts, [RpcClient], Accounts),
  made(RulesetStore, [RedisConnection]),
  made(RulesetCache, [RulesetStore, Rulesets, Clock, LOGGER]),
  { provide: RulesetRefresh, useExisting: RulesetCache },
];

const changesByUnitOfWork: readonly Type[] = [
  UpdateFlag, ArchiveFlag, RestoreFlag, GetFlag, GetKillSwitch, UpdateKillSwitch, DeleteKillSwitch, ActivateKillSwitch,
  DeactivateKillSwitch, LearnEnvironment,
] as never; // prettier-ignore

const useCases = [
  made(EnvironmentDirectory, [UnitOfWork, Accounts]),
  ...changesByUnitOfWork.map((type) => made(type, [UnitOfWork])),
  made(CreateFlag, [UnitOfWork, EnvironmentDirectory, Ids, Clock]),
  made(ListFlags, [Lists]),
  made(ListConfigs, [UnitOfWork, EnvironmentDirectory]),
  made(GetConfig, [UnitOfWork, EnvironmentDirectory]),
  made(UpdateConfig, [UnitOfWork, EnvironmentDirectory, Ids]),
  made(CreateKillSwitch, [UnitOfWork, Ids, Clock]),
  made(ListKillSwitches, [Lists]),
  made(GetRuleset, [Rulesets, RulesetRefresh]),
  made(GetVersions, [Rulesets]),
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
    FlagHandlers, FlagQueryHandlers, ConfigHandlers, KillSwitchHandlers, KillSwitchQueryHandlers, RulesetHandlers,
  ], // prettier-ignore
  providers: [...adapters, ...useCases],
})
export class FlagsModule implements OnApplicationBootstrap {
  constructor(
    @Inject(FactConsumers) private readonly consumers: FactConsumers,
    @Inject(LearnEnvironment) private readonly learn: LearnEnvironment,
    @Inject(Database) private readonly database: Database,
    @Inject(Health) private readonly health: Health,
  ) {}

  onApplicationBootstrap(): void {
    this.health.register({ name: 'flags_store', critical: false, check: () => this.database.ping() });
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
