import { Inject, Module } from '@nestjs/common';
import { durables } from '#libs/contracts';
import { Database } from '#libs/postgres';
import { HostedService, postgresOf, RUNTIME, type Runtime } from '#libs/service';
import { composeAnalytics } from './composition.js';
import { eventJobs } from './jobs/event-jobs.js';
import { eventConsumer } from './messaging/event-consumer.js';
import { onOrganizationChanged } from './messaging/on-organization-changed.js';
import { eventHandlers } from './rpc/events.handlers.js';

@Module({})
export class AnalyticsModule extends HostedService {
  constructor(@Inject(RUNTIME) runtime: Runtime) {
    const { bus, rpc, publisher, metrics: registry, consumerMetrics, logger, settings } = runtime;
    const database = new Database({ service: 'analytics', log: logger, ...postgresOf(settings, 'analytics') });
    const analytics = composeAnalytics({ database, rpc, publisher, registry, logger });
    const events = eventConsumer(analytics, { bus, logger, consumerMetrics });
    super(runtime, {
      database,
      relay: analytics.relay,
      handlers: eventHandlers(analytics),
      consumers: [{ durable: durables.analyticsOrganizations, handler: onOrganizationChanged(analytics.settings) }],
      jobs: eventJobs(analytics),
      lifecycles: [{ start: () => events.start(), beforeStop: () => events.stop() }],
    });
  }
}
