import { PLATFORM_SETTINGS, type PlatformSettings } from '#libs/service';
import type { PostgresSettings } from '#libs/postgres';

/** Where the database is, the platform's settings say. */
export const postgresSettings = {
  inject: [PLATFORM_SETTINGS],
  useFactory: ({ postgres }: PlatformSettings): PostgresSettings => {
    if (postgres === undefined) throw new Error('analytics needs LOOM_POSTGRES_URL and LOOM_ROLE_SECRET');
    return { url: postgres.url.expose(), roleSecret: postgres.roleSecret.expose() };
  },
};
