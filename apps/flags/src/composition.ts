import type { Clock, Ids } from '#libs/kernel';
import type { FactPublisher } from '#libs/facts';
import type { Logger } from '#libs/observability';
import { Inbox, OutboxRelay, type Database } from '#libs/postgres';
import type { RedisConnection } from '#libs/redis';
import { CopyConfig } from './application/configs/copy-config.js';
import { GetConfig } from './application/configs/get-config.js';
import { ListConfigs } from './application/configs/list-configs.js';
import { UpdateConfig } from './application/configs/update-config.js';
import { EnvironmentDirectory } from './application/environments/environment-directory.js';
import { RemoveDeadConfigs } from './application/environments/remove-dead-configs.js';
import { LearnEnvironment } from './application/environments/learn-environment.js';
import { ArchiveFlag } from './application/flags/archive-flag.js';
import { ArchiveFlags } from './application/flags/archive-flags.js';
import { CreateFlag } from './application/flags/create-flag.js';
import { CreateFlags } from './application/flags/create-flags.js';
import { DeleteFlag } from './application/flags/delete-flag.js';
import { GetFlag } from './application/flags/get-flag.js';
import { ListFlags } from './application/flags/list-flags.js';
import { RestoreFlag } from './application/flags/restore-flag.js';
import { UpdateFlag } from './application/flags/update-flag.js';
import { ListHistory } from './application/history/list-history.js';
import { RollbackFlag } from './application/history/rollback-flag.js';
import { ActivateKillSwitch } from './application/kill-switches/activate-kill-switch.js';
import { CreateKillSwitch } from './application/kill-switches/create-kill-switch.js';
import { DeactivateKillSwitch } from './application/kill-switches/deactivate-kill-switch.js';
import { DeleteKillSwitch } from './application/kill-switches/delete-kill-switch.js';
import { GetKillSwitch } from './application/kill-switches/get-kill-switch.js';
import { ListKillSwitches } from './application/kill-switches/list-kill-switches.js';
import { UpdateKillSwitch } from './application/kill-switches/update-kill-switch.js';
import type { Accounts } from './application/ports/accounts.js';
import type { EpochAlarm } from './application/ports/epoch.js';
import type { History, Lists } from './application/ports/lists.js';
import { DEFAULT_QUOTAS, type ObjectQuotas } from './application/quota.js';
import type { UnitOfWork } from './application/ports/unit-of-work.js';
import { GetRuleset } from './application/rulesets/get-ruleset.js';
import { GetVersions } from './application/rulesets/get-versions.js';
import { GuardEpoch } from './application/rulesets/guard-epoch.js';
import { PurgeDeleted } from './application/rulesets/purge-deleted.js';
import { ReportVersions } from './application/rulesets/report-versions.js';
import { TakeScheduledSteps } from './application/rulesets/take-scheduled-steps.js';
import { CreateSegment } from './application/segments/create-segment.js';
import { DeleteSegment } from './application/segments/delete-segment.js';
import { GetSegment } from './application/segments/get-segment.js';
import { ListSegments } from './application/segments/list-segments.js';
import { UpdateSegment } from './application/segments/update-segment.js';
import { CreateStrategy } from './application/strategies/create-strategy.js';
import { DeleteStrategy } from './application/strategies/delete-strategy.js';
import { GetStrategy } from './application/strategies/get-strategy.js';
import { ListStrategies } from './application/strategies/list-strategies.js';
import { UpdateStrategy } from './application/strategies/update-strategy.js';
import { RedisRulesets } from './cache/redis-rulesets.js';
import { RulesetCache } from './cache/ruleset-cache.js';
import { PostgresHistory } from './db/history.store.js';
import { PostgresLeftovers } from './db/leftover.store.js';
import { PostgresLists } from './db/list.store.js';
import { PostgresPurgeStore } from './db/purge.store.js';
import { PostgresEpochs } from './db/rulesets/epoch.store.js';
import { PostgresRulesets } from './db/rulesets/ruleset.store.js';
import { PostgresSchedules } from './db/schedule.store.js';
import { PostgresUnitOfWork } from './db/unit-of-work/postgres-unit-of-work.js';

/** What the part of the service that uses Postgres alone needs. */
export interface CoreDependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly alarm: EpochAlarm;
}
export interface CacheDependencies {
  readonly redis: RedisConnection;
  readonly logger: Logger;
}
export interface FlagsDependencies extends CoreDependencies, CacheDependencies {
  readonly accounts: Accounts;
  readonly publisher: FactPublisher;
  /** Facts that the relay publishes at a time. */
  readonly outboxBatch: number;
  readonly quotas: ObjectQuotas;
}

export type Flags = ReturnType<typeof composeFlags>;
export type OperatorParts = ReturnType<typeof composeOperatorParts>;
type Core = ReturnType<typeof composeCore>;
/** What use cases are made of. */
interface Parts {
  readonly uow: UnitOfWork;
  readonly directory: EnvironmentDirectory;
  readonly lists: Lists;
  readonly history: History;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly quotas: ObjectQuotas;
}

/** The flags service: its stores, its use cases, the rulesets in Redis and its outbox relay. */
export function composeFlags(dependencies: FlagsDependencies) {
  const { accounts, publisher, logger, outboxBatch, quotas } = dependencies;
  const core = composeCore(dependencies);
  const { database, rulesets, epochs, clock } = core;
  const cache = composeCache(core, dependencies);
  return {
    ...composeManagement(core, accounts, quotas),
    cache,
    relay: new OutboxRelay(database, publisher, {
      batch: outboxBatch,
      log: logger,
      beforePublish: [(row) => cache.beforePublish(row)],
    }),
    getRuleset: new GetRuleset(rulesets, cache),
    getVersions: new GetVersions(rulesets),
    reportVersions: new ReportVersions(epochs),
    guardEpoch: new GuardEpoch(epochs, rulesets, cache, clock),
  };
}

/** What operators run by hand while NATS is down: Postgres and Redis alone. */
export function composeOperatorParts(dependencies: CoreDependencies & CacheDependencies) {
  const core = composeCore(dependencies);
  const { redis } = dependencies;
  const { database, epochs, ids, uow } = core;
  const cache = composeCache(core, dependencies);
  return { database, redis, epochs, ids, cache, ...switchingUseCases(uow) };
}

/** The adapters that use Postgres alone. */
export function composeCore({ database, clock, ids, alarm }: CoreDependencies) {
  const epochs = new PostgresEpochs(database, clock, ids, alarm);
  const rulesets = new PostgresRulesets(database, epochs);
  const uow = new PostgresUnitOfWork(database, new Inbox(database), epochs, clock);
  return { database, clock, ids, epochs, rulesets, uow };
}

/** Every use case that needs neither Redis nor the bus. */
export function composeManagement(core: Core, accounts: Accounts, quotas: ObjectQuotas = DEFAULT_QUOTAS) {
  const { database, uow, clock, ids, epochs, rulesets } = core;
  const directory = new EnvironmentDirectory(uow, accounts);
  const [lists, history] = [new PostgresLists(database), new PostgresHistory(database)];
  const removeDeadConfigs = new RemoveDeadConfigs(uow, new PostgresLeftovers(database), ids);
  const parts: Parts = { uow, directory, lists, history, ids, clock, quotas };
  return {
    database,
    uow,
    epochs,
    rulesets,
    lists,
    ...flagUseCases(parts),
    ...configUseCases(parts),
    ...killSwitchUseCases(parts),
    ...segmentUseCases(parts),
    ...strategyUseCases(parts),
    removeDeadConfigs,
    learnEnvironment: new LearnEnvironment(uow, removeDeadConfigs),
    takeScheduledSteps: new TakeScheduledSteps(uow, new PostgresSchedules(database), clock, ids),
    purgeDeleted: new PurgeDeleted(new PostgresPurgeStore(database), clock),
  };
}

function composeCache({ rulesets, epochs, clock }: Core, { redis, logger }: CacheDependencies): RulesetCache {
  return new RulesetCache(new RedisRulesets(redis), rulesets, epochs, clock, logger);
}

function flagUseCases({ uow, directory, lists, history, ids, clock, quotas }: Parts) {
  return {
    createFlag: new CreateFlag(uow, directory, ids, clock, quotas),
    createFlags: new CreateFlags(uow, directory, ids, clock, quotas),
    listFlags: new ListFlags(lists),
    getFlag: new GetFlag(uow),
    updateFlag: new UpdateFlag(uow),
    archiveFlag: new ArchiveFlag(uow),
    archiveFlags: new ArchiveFlags(uow),
    restoreFlag: new RestoreFlag(uow),
    deleteFlag: new DeleteFlag(uow),
    listHistory: new ListHistory(history),
    rollbackFlag: new RollbackFlag(uow, ids),
  };
}

function configUseCases({ uow, directory, ids }: Parts) {
  return {
    listConfigs: new ListConfigs(uow, directory),
    getConfig: new GetConfig(uow, directory),
    updateConfig: new UpdateConfig(directory, ids),
    copyConfig: new CopyConfig(directory, ids),
  };
}

function killSwitchUseCases({ uow, lists, ids, clock }: Parts) {
  return {
    createKillSwitch: new CreateKillSwitch(uow, ids, clock),
    listKillSwitches: new ListKillSwitches(lists),
    getKillSwitch: new GetKillSwitch(uow),
    updateKillSwitch: new UpdateKillSwitch(uow),
    deleteKillSwitch: new DeleteKillSwitch(uow),
    ...switchingUseCases(uow),
  };
}

function switchingUseCases(uow: UnitOfWork) {
  return { activateKillSwitch: new ActivateKillSwitch(uow), deactivateKillSwitch: new DeactivateKillSwitch(uow) };
}

function segmentUseCases({ uow, lists, ids, clock, quotas }: Parts) {
  return {
    createSegment: new CreateSegment(uow, ids, clock, quotas),
    listSegments: new ListSegments(lists),
    getSegment: new GetSegment(uow),
    updateSegment: new UpdateSegment(uow),
    deleteSegment: new DeleteSegment(uow),
  };
}

function strategyUseCases({ uow, lists, ids, clock }: Parts) {
  return {
    createStrategy: new CreateStrategy(uow, ids, clock),
    listStrategies: new ListStrategies(lists),
    getStrategy: new GetStrategy(uow),
    updateStrategy: new UpdateStrategy(uow),
    deleteStrategy: new DeleteStrategy(uow),
  };
}
