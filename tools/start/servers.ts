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
import { loadOrChoosePorts, type Ports, type Secrets } from './stored-choices.js';
import type { Settings } from './settings.js';

/** The addresses of the three servers. `stop` ends those that were started here. */
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
type Print = (line: string) => void;

/** Starts every server without a given URL, and restarts those that die. */
export async function startServers(settings: Settings, secrets: Secrets, print: Print): Promise<Servers> {
  const watched = new WatchedServers(print);
  try {
    const urls = await startMissing(settings, secrets, watched, print);
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
  print: Print,
): Promise<Omit<Servers, 'stop'>> {
  const { dataDir } = settings;
  const ended = await endLeftoverServers(dataDir);
  if (ended.length > 0) print(`Ended servers that an earlier start left behind (process ${ended.join(', ')})`);
  const ports = await loadOrChoosePorts(dataDir, claimPort, freePort);

  const postgres =
    settings.postgresUrl === undefined ? await startOwnPostgres(dataDir, ports, secrets, print) : undefined;
  watched.add(postgres);
  const nats = settings.natsUrl === undefined ? await startOwnNats(dataDir, ports, secrets, print) : undefined;
  watched.add(nats);
  const redis = settings.redisUrl === undefined ? await startOwnRedis(dataDir, ports, secrets, print) : undefined;
  watched.add(redis);

  const [postgresUrl, natsUrl] = [settings.postgresUrl ?? postgres?.url ?? '', settings.natsUrl ?? nats?.url ?? ''];
  const subscriber =
    nats === undefined
      ? splitUrl(settings.natsSubscriberUrl ?? natsUrl)
      : { url: nats.connection.servers, ...nats.subscriber };
  const natsPasswordsFile = nats?.passwordsFile ?? '';
  return { postgresUrl, natsUrl, natsPasswordsFile, redisUrl: settings.redisUrl ?? redis?.url ?? '', subscriber };
}

function startOwnPostgres(dataDir: string, ports: Ports, secrets: Secrets, print: Print): Promise<PostgresServer> {
  return startPostgres({ dataDir: join(dataDir, 'postgres'), port: ports.postgres, password: secrets.postgres, print });
}

function startOwnNats(dataDir: string, ports: Ports, secrets: Secrets, print: Print): Promise<NatsServer> {
  const passwords = { password: secrets.nats, subscriberPassword: secrets.subscriber };
  return startNats({ dataDir: join(dataDir, 'nats'), port: ports.nats, ...passwords, print });
}

function startOwnRedis(dataDir: string, ports: Ports, secrets: Secrets, print: Print): Promise<RedisServer> {
  return startRedis({ dataDir: join(dataDir, 'redis'), port: ports.redis, password: secrets.redis, print });
}

/** A URL without user and password, and these two beside it. */
export function splitUrl(address: string): { url: string; user: string; password: string } {
  const url = new URL(address);
  const [user, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
  return { url: `${url.protocol}//${url.host}`, user, password };
}

/** Servers that are restarted when they die, until all are stopped together. */
class WatchedServers {
  readonly #servers: Named[] = [];
  readonly #revivals = new Set<Promise<void>>();
  readonly #print: Print;
  #stopping = false;

  constructor(print: Print) {
    this.#print = print;
  }

  add(server: Named | undefined): void {
    if (server === undefined) return;
    this.#servers.push(server);
    server.onDeath((how) => this.#track(this.#revive(server, how)));
    this.#print(`${server.name} is up on 127.0.0.1:${server.port}`);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    // A server that is being restarted now could otherwise go on after this.
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
      this.#print(`${server.name} ended unexpectedly (${reason}); starting it again`);
      const failure = await failureOf(server.restart());
      if (failure === undefined) return this.#print(`${server.name} is back on 127.0.0.1:${server.port}`);
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
