import { PLATFORM_SETTINGS, type PlatformSettings } from '#libs/service';
import type { PostgresSettings } from '#libs/postgres';

/** Audit has no settings of its own: where its database is, the platform's settings say. */
export const postgresSettings = {
  inject: [PLATFORM_SETTINGS],
  useFactory: ({ postgres }: PlatformSettings): PostgresSettings => {
    if (postgres === undefined) throw new Error('LOOM_POSTGRES_URL and LOOM_ROLE_SECRET must be set');
    return { url: postgres.url.expose(), roleSecret: postgres.roleSecret.expose() };
  },
};
