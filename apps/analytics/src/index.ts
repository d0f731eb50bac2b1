import type { Service } from '#libs/service';
import { AnalyticsModule } from './analytics.module.js';

export { analyticsMigrations } from './db/migrations/index.js';

export const analyticsService: Service = { name: 'analytics', module: AnalyticsModule, needs: ['nats'] };
