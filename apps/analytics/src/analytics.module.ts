import { Module } from '@nestjs/common';
import { Database, PostgresModule } from '#libs/platform';
import { EventQueries } from './application/event-queries.js';
import { postgresSettings } from './config.js';
import { PostgresEventQueries } from './db/postgres-event-queries.js';
import { EventsController } from './rpc/events.controller.js';

/** Which adapter fills which port. */
@Module({
  imports: [PostgresModule.register({ service: 'analytics', settings: postgresSettings })],
  controllers: [EventsController],
  providers: [
    {
      provide: EventQueries,
      inject: [Database],
      useFactory: (database: Database) => new PostgresEventQueries(database),
    },
  ],
})
export class AnalyticsModule {}
