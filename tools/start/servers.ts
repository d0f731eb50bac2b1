import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  endLeftoverServers,
  claimPort,
  freePort,
  startNats,
  startPostgres,
  startRedis,
  type NatsServer,
  type PostgresServer,
  type RedisServer,
  type ServerControl,
} from '#libs/local-servers';
import { rememberPorts, type Ports, type Secrets } from './remembered.js';
import type { Settings } from './settings.js';

/** The addresses of the three servers, and how to end those that were started here. */
export interface Servers {
  readonly postgresUrl: string;
  readonly natsUrl: string;
  /** Empty when NATS was not started here. */
  readonly natsPasswordsFile: string;
  readonly redisUrl: string;
  /** The read-only user for facts; `url` names no user. */
  readonly subscriber: { readonly url: string; readonly user: string; readonly password: string };
  stop(): Promise<void>;
}

type Named = ServerControl & { readonly name: string; readonly url: string; readonly port: number };
type Say = (line: string) => void;

/** Brings up every server whose URL is not given, and restarts those that die. */
export async function bringUpServers(settings: Settings, secrets: Secrets, say: Say): Promise<Servers> {
  const watched = new WatchedServers(say);
  try {
    const urls = await startMissing(settings, secrets, watched, say);
    return { ...urls, stop: () => watched.stop() };
  } catch (error) {
    await watched.stop();
    throw error;
  }
}

async function startMissing(
  settings: Settings,
  secrets: Secrets,
  watched: WatchedServers,
  say: Say,
): Promise<Omit<Servers, 'stop'>> {
  const { dataDir } = settings;
  const ended = await endLeftoverServers(dataDir);
  if (ended.length > 0) say(`Ended servers that an earlier start left behind (process ${ended.join(', ')})`);
  const ports = await rememberPorts(dataDir, claimPort, freePort);

  const postgres =
    settings.postgresUrl === undefined ? await startOwnPostgres(dataDir, ports, secrets, say) : undefined;
  watched.add(postgres);
  const nats = settings.natsUrl === undefined ? await startOwnNats(dataDir, ports, secrets, say) : undefined;
  watched.add(nats);
  const redis = settings.redisUrl === undefined ? await startOwnRedis(dataDir, ports, secrets, say) : undefined;
  watched.add(redis);

  const [postgresUrl, natsUrl] = [settings.postgresUrl ?? postgres?.url ?? '', settings.natsUrl ?? nats?.url ?? ''];
  const subscriber =
    nats === undefined
      ? apart(settings.natsSubscriberUrl ?? natsUrl)
      : { url: nats.connection.servers, ...nats.subscriber };
  const natsPasswordsFile = nats?.passwordsFile ?? '';
  return { postgresUrl, natsUrl, natsPasswordsFile, redisUrl: settings.redisUrl ?? redis?.url ?? '', subscriber };
}

function startOwnPostgres(dataDir: string, ports: Ports, secrets: Secrets, say: Say): Promise<PostgresServer> {
  return startPostgres({ dataDir: join(dataDir, 'postgres'), port: ports.postgres, password: secrets.postgres, say });
}

function startOwnNats(dataDir: string, ports: Ports, secrets: Secrets, say: Say): Promise<NatsServer> {
  const passwords = { password: secrets.nats, subscriberPassword: secrets.subscriber };
  return startNats({ dataDir: join(dataDir, 'nats'), port: ports.nats, ...passwords, say });
}

function startOwnRedis(dataDir: string, ports: Ports, secrets: Secrets, say: Say): Promise<RedisServer> {
  return startRedis({ dataDir: join(dataDir, 'redis'), port: ports.redis, password: secrets.redis, say });
}

/** A URL with its user and password taken out, for clients that want them apart. */
export function apart(address: string): { url: string; user: string; password: string } {
  const url = new URL(address);
  const [user, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
  return { url: `${url.protocol}//${url.host}`, user, password };
}

/** Servers that come back when they die, until they are stopped together. */
class WatchedServers {
  readonly #servers: Named[] = [];
  readonly #revivals = new Set<Promise<void>>();
  readonly #say: Say;
  #stopping = false;

  constructor(say: Say) {
    this.#say = say;
  }

  add(server: Named | undefined): void {
    if (server === undefined) return;
    this.#servers.push(server);
    server.onDeath((how) => this.#track(this.#revive(server, how)));
    this.#say(`${server.name} is up on 127.0.0.1:${server.port}`);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    // A server that is just coming back could otherwise outlive this.
    await Promise.all(this.#revivals);
    await Promise.all(this.#servers.map((server) => server.stop()));
  }

  #track(revival: Promise<void>): void {
    this.#revivals.add(revival);
    void revival.finally(() => this.#revivals.delete(revival));
  }

  async #revive(server: Named, how: string): Promise<void> {
    let reason = how;
    for (let waitMs = 100; !this.#stopping; waitMs = Math.min(waitMs * 2, 5_000)) {
      this.#say(`${server.name} ended unexpectedly (${reason}); starting it again`);
      const failure = await failureOf(server.restart());
      if (failure === undefined) return this.#say(`${server.name} is back on 127.0.0.1:${server.port}`);
      reason = failure;
      await sleep(waitMs, undefined, { ref: false });
    }
  }
}

function failureOf(attempt: Promise<void>): Promise<string | undefined> {
  return attempt.then(
    () => undefined,
    (error: unknown) => (error as Error).message,
  );
}
