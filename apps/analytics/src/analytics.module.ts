import { Inject, Module, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { BatchConsumer, Database, LOGGER, made, METRICS, PostgresModule, Repeating } from '#libs/platform';
import { EventQueries } from './application/event-queries.js';
import { KeepPartitions } from './application/keep-partitions.js';
import { EventPartitions, EventStore } from './application/ports.js';
import { postgresSettings } from './config.js';
import { eventsConsumer, storePacks } from './intake.js';
import { PostgresEventQueries } from './db/postgres-event-queries.js';
import { PostgresEventStore } from './db/postgres-event-store.js';
import { PostgresPartitions } from './db/postgres-partitions.js';
import { EventMetrics } from './messaging/event-metrics.js';
import { EventsController } from './rpc/events.controller.js';

const HOUR_MS = 3_600_000;

/** Which adapter fills which port. */
@Module({
  imports: [PostgresModule.register({ service: 'analytics', settings: postgresSettings })],
  controllers: [EventsController],
  providers: [
    made(PostgresEventQueries, [Database], EventQueries),
    made(PostgresEventStore, [Database], EventStore),
    made(PostgresPartitions, [Database], EventPartitions),
    made(EventMetrics, [METRICS]),
    made(KeepPartitions, [EventPartitions]),
    made(Repeating, [LOGGER]),
    storePacks,
    eventsConsumer,
  ],
})
export class AnalyticsModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    @Inject(BatchConsumer) private readonly events: BatchConsumer,
    @Inject(KeepPartitions) private readonly partitions: KeepPartitions,
    @Inject(Repeating) private readonly repeating: Repeating,
  ) {}

  onApplicationBootstrap(): void {
    this.repeating.start({ name: 'partitions', everyMs: HOUR_MS, work: () => this.partitions.execute() });
    this.events.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.events.stop(), this.repeating.stop()]);
  }
}
