import type { ServiceMigrations } from '#libs/platform';
import { CreateAnalytics1763800000000 } from './create-analytics.js';

export const analyticsMigrations: ServiceMigrations = {
  name: 'analytics',
  migrations: [CreateAnalytics1763800000000],
};
