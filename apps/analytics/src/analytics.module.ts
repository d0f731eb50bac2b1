import { Inject, Module, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { durables } from '#libs/contracts';
import { BatchConsumer, FactConsumers, RpcClient } from '#libs/bus';
import { Database, PostgresModule } from '#libs/postgres';
import { LOGGER, made, METRICS, JobRunner } from '#libs/service'; // prettier-ignore
import { DeleteExpiredEvents } from './application/delete-expired-events.js';
import { EventQueries } from './application/event-queries.js';
import { KeepPartitions } from './application/keep-partitions.js';
import { Accounts, EventPartitions, EventStore, ExpiredEvents, OrganizationSettings } from './application/ports.js';
import { postgresSettings } from './config.js';
import { eventsConsumer, storePacks } from './intake.js';
import { PostgresEventQueries } from './db/postgres-event-queries.js';
import { PostgresEventStore } from './db/postgres-event-store.js';
import { PostgresExpiredEvents } from './db/postgres-expired-events.js';
import { PostgresOrganizationSettings } from './db/postgres-organization-settings.js';
import { PostgresPartitions } from './db/postgres-partitions.js';
import { EventMetrics } from './messaging/event-metrics.js';
import { onOrganizationChanged } from './messaging/on-organization-changed.js';
import { RpcAccounts } from './messaging/rpc-accounts.js';
import { EventsController } from './rpc/events.controller.js';
import { Upkeep } from './upkeep.js';

/** Which adapter fills which port. */
@Module({
  imports: [PostgresModule.register({ service: 'analytics', settings: postgresSettings })],
  controllers: [EventsController],
  providers: [
    made(PostgresEventQueries, [Database], EventQueries),
    made(PostgresEventStore, [Database], EventStore),
    made(PostgresPartitions, [Database], EventPartitions),
    made(PostgresExpiredEvents, [Database], ExpiredEvents),
    made(PostgresOrganizationSettings, [Database], OrganizationSettings),
    made(RpcAccounts, [RpcClient], Accounts),
    made(DeleteExpiredEvents, [Accounts, OrganizationSettings, ExpiredEvents]),
    made(EventMetrics, [METRICS]),
    made(KeepPartitions, [EventPartitions]),
    made(JobRunner, [LOGGER]),
    made(Upkeep, [JobRunner, KeepPartitions, DeleteExpiredEvents]),
    storePacks,
    eventsConsumer,
  ],
})
export class AnalyticsModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    @Inject(BatchConsumer) private readonly events: BatchConsumer,
    @Inject(FactConsumers) private readonly facts: FactConsumers,
    @Inject(OrganizationSettings) private readonly settings: OrganizationSettings,
    @Inject(Upkeep) private readonly upkeep: Upkeep,
  ) {}

  onApplicationBootstrap(): void {
    this.facts.run(durables.analyticsOrganizations, onOrganizationChanged(this.settings));
    this.upkeep.start();
    this.events.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.events.stop(), this.upkeep.stop()]);
  }
}
