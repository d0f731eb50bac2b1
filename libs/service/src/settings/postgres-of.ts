import type { PostgresSettings } from '#libs/postgres';
import type { PlatformSettings } from './platform-settings.js';

/** Returns the database settings of a service that owns data. @throws Error when they are not set */
export function postgresOf({ postgres }: PlatformSettings, service: string): PostgresSettings {
  if (postgres === undefined) throw new Error(`${service} needs LOOM_POSTGRES_URL and LOOM_ROLE_SECRET`);
  const { url, roleSecret, connectTimeoutMs } = postgres;
  return { url: url.expose(), roleSecret: roleSecret.expose(), connectTimeoutMs };
}
