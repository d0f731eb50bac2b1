import type { ServiceMigrations } from '#libs/postgres';
import { CreateAnalytics1763800000000 } from './create-analytics.js';
import { ReadScopeOnce1763900000000 } from './read-scope-once.js';

export const analyticsMigrations: ServiceMigrations = {
  name: 'analytics',
  migrations: [CreateAnalytics1763800000000, ReadScopeOnce1763900000000],
};
