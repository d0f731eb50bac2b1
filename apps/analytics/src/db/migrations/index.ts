import type { ServiceMigrations } from '#libs/postgres';
import { CreateAnalytics1763800000000 } from './0001-create-analytics.js';
import { ReadScopeOnce1763900000000 } from './0002-read-scope-once.js';

export const analyticsMigrations: ServiceMigrations = {
  name: 'analytics',
  migrations: [CreateAnalytics1763800000000, ReadScopeOnce1763900000000],
};
