import { Module } from '@nestjs/common';
import { PostgresModule } from '#libs/platform';
import { postgresSettings } from './config.js';

/** Which adapter fills which port. */
@Module({
  imports: [PostgresModule.register({ service: 'analytics', settings: postgresSettings })],
})
export class AnalyticsModule {}
