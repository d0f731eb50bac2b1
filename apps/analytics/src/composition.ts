import type { Registry } from 'prom-client';
import type { RpcClient } from '#libs/bus';
import type { FactPublisher } from '#libs/facts';
import type { Logger } from '#libs/observability';
import { OutboxRelay, type Database } from '#libs/postgres';
import { CountEvents } from './application/events/count-events.js';
import { ExportEvents } from './application/events/export-events.js';
import { ListEvents } from './application/events/list-events.js';
import type { StoreResult } from './application/packs/ports.js';
import { StorePacks } from './application/packs/store-packs.js';
import { MakePartitions } from './application/partitions/make-partitions.js';
import { DeleteExpiredEvents } from './application/retention/delete-expired-events.js';
import { PostgresEvents } from './db/event.store.js';
import { PostgresExpiredEvents } from './db/expired-event.store.js';
import { PostgresOrganizationSettings } from './db/organization-setting.store.js';
import { PostgresPacks } from './db/pack.store.js';
import { PostgresPartitions } from './db/partition.store.js';
import { RpcAccounts } from './messaging/rpc-accounts.js';
import { EventMetrics } from './metrics/event-metrics.js';

export interface AnalyticsDependencies {
  readonly database: Database;
  readonly rpc: RpcClient;
  readonly publisher: FactPublisher;
  readonly registry: Registry;
  readonly logger: Logger;
}

export type Analytics = ReturnType<typeof composeAnalytics>;

/** The analytics service: its stores, use cases, metrics and outbox relay. */
export function composeAnalytics({ database, rpc, publisher, registry, logger }: AnalyticsDependencies) {
  const events = new PostgresEvents(database);
  const settings = new PostgresOrganizationSettings(database);
  const partitions = new PostgresPartitions(database);
  const metrics = new EventMetrics(registry);
  const makePartitions = new MakePartitions(() => partitions.makeMissing());
  const onStored = afterStoring(metrics, makePartitions, logger);
  return {
    database,
    relay: new OutboxRelay(database, publisher, { log: logger }),
    metrics,
    settings,
    makePartitions,
    storePacks: new StorePacks(new PostgresPacks(database), onStored),
    deleteExpiredEvents: new DeleteExpiredEvents(new RpcAccounts(rpc), settings, new PostgresExpiredEvents(database)),
    listEvents: new ListEvents(events),
    countEvents: new CountEvents(events),
    exportEvents: new ExportEvents(events),
  };
}

/** Counts stored events, and makes partitions in the background for those of a month without one. */
function afterStoring(metrics: EventMetrics, partitions: MakePartitions, logger: Logger) {
  const makePartitions = async (): Promise<void> =>
    partitions.execute().catch((err: unknown) => logger.warn({ err }, 'no partition for events that strayed'));
  return (result: StoreResult): void => {
    metrics.stored(result);
    if (result.strayed > 0) void makePartitions();
  };
}
