import { withoutBlanks } from '#libs/service';
import type { Servers } from './servers.js';
import type { Settings } from './settings.js';
import type { Secrets } from './stored-choices.js';

/** The environment of the platform's programs on these servers. */
export function platformEnvironment(
  settings: Settings,
  secrets: Secrets,
  servers: Pick<Servers, 'postgresUrl' | 'natsUrl' | 'natsPasswordsFile' | 'redisUrl'>,
): NodeJS.ProcessEnv {
  const given = withoutBlanks(process.env);
  return {
    ...given,
    LOOM_POSTGRES_URL: servers.postgresUrl,
    LOOM_NATS_URL: servers.natsUrl,
    LOOM_NATS_PASSWORDS: servers.natsPasswordsFile,
    LOOM_REDIS_URL: servers.redisUrl,
    LOOM_HTTP_PORT: String(settings.httpPort),
    LOOM_DATA_DIR: settings.dataDir,
    LOOM_ROLE_SECRET: given['LOOM_ROLE_SECRET'] ?? secrets.role,
    LOOM_ADMIN_EMAIL: settings.adminEmail,
    LOOM_ADMIN_PASSWORD: settings.adminPassword ?? secrets.admin,
    LOOM_STREAM_TOKEN_SECRET: given['LOOM_STREAM_TOKEN_SECRET'] ?? secrets.streamToken,
  };
}
