import { durables, streams, type StreamDefinition } from '#libs/contracts';
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

/** Creates all streams and durables on the NATS server of these services. */
export async function prepareStreams({ runtime: { bus } }: RunningServices): Promise<void> {
  await makeStreams(await bus.connection());
  await bus.flush();
}

/** Makes streams and all durables. Default: all streams with the sizes of production. */
export async function makeStreams(
  connection: Parameters<typeof ensureTopology>[0],
  wanted: readonly StreamDefinition[] = streams,
): Promise<void> {
  await ensureTopology(connection, { streams: wanted, durables: Object.values(durables), replicas: 1 });
}
