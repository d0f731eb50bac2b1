import { durables, streams } from '#libs/contracts';
import { ensureTopology } from '#libs/bus';
import { start, type Running, type Service } from '#libs/service';
import type { PrivateServers } from '#libs/local-servers';

/** The secret from which the passwords of database roles are derived in tests. */
export const ROLE_SECRET = 'the secret of the roles in tests';

/** Services that run in this process. */
export type RunningServices = Running;

type ServerUrls = Pick<PrivateServers, 'natsUrl' | 'redisUrl' | 'postgresUrl'>;

/** Starts services in this process on these servers, on a free port. `settings` are added to the environment. */
export function startServices(
  name: string,
  services: readonly Service[],
  servers: ServerUrls,
  settings: Readonly<Record<string, string>> = {},
): Promise<RunningServices> {
  return start(name, services, {
    LOOM_HTTP_PORT: '0',
    LOOM_LOG_LEVEL: 'error',
    LOOM_NATS_URL: servers.natsUrl,
    LOOM_REDIS_URL: servers.redisUrl,
    LOOM_POSTGRES_URL: servers.postgresUrl,
    LOOM_ROLE_SECRET: ROLE_SECRET,
    ...settings,
  });
}

/** Makes all streams and durables on the NATS that these services are connected to. */
export async function prepareStreams({ runtime: { bus } }: RunningServices): Promise<void> {
  await ensureTopology(await bus.connection(), { streams, durables: Object.values(durables), replicas: 1 });
  await bus.flush();
}
