import { Inject, Module } from '@nestjs/common';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { Bus, RpcClient } from '#libs/bus';
import { PLATFORM, type Rpc } from '#libs/contracts';
import { freePort, privateServers, type PrivateServers } from '#libs/local-servers';
import { createLogger } from '#libs/observability';
import { Database, platformTables, prepareDatabase } from '#libs/postgres';
import { ROLE_SECRET, startServices, type RunningServices } from '#libs/testing';
import { HostedService } from './hosting/hosted-service.js';
import { RUNTIME } from './nest/tokens.js';
import { handleInternal } from './rpc-handler.js';
import type { Runtime } from './runtime.js';
import { postgresOf } from './settings/postgres-of.js';

const SERVICE = 'stoptest';
const slow: Rpc<Record<string, never>, number> = { subject: `rpc.${SERVICE}.slow` };

class CreateTables1760000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(platformTables(SERVICE));
  }

  async down(): Promise<void> {}
}

describe('a process that stops', () => {
  let servers: PrivateServers;
  let running: RunningServices;
  let client: Bus;
  let database: Database;
  const started = Promise.withResolvers<void>();
  const mayRead = Promise.withResolvers<void>();

  @Module({})
  class SlowModule extends HostedService {
    constructor(@Inject(RUNTIME) runtime: Runtime) {
      database = new Database({ service: SERVICE, log: runtime.logger, ...postgresOf(runtime.settings, SERVICE) });
      const answer = async (): Promise<number> => {
        started.resolve();
        await mayRead.promise;
        const rows = await database.read(PLATFORM, ({ manager }) =>
          manager.query<{ one: number }[]>('select 1 as one'),
        );
        return rows[0]!.one;
      };
      super(runtime, { database, handlers: [handleInternal(slow, answer)] });
    }
  }

  beforeAll(async () => {
    servers = await privateServers();
    const migrations = [{ name: SERVICE, migrations: [CreateTables1760000000000] }];
    await prepareDatabase(servers.postgresUrl, migrations, ROLE_SECRET);
    running = await startServices(SERVICE, [{ name: SERVICE, module: SlowModule }], servers);
    client = new Bus({ url: servers.natsUrl, name: 'client' }, createLogger({ service: 'test', level: 'silent' }));
    client.start();
    await Promise.all([client.connection(), running.runtime.bus.connection()]);
    await running.runtime.bus.flush();
  });
  afterAll(async () => {
    await client.drain();
    await servers.stop();
  });

  it('lets an RPC at work use the database, and closes the database when it has answered', async () => {
    const answer = new RpcClient(client).ask(slow, {}, undefined, { timeoutMs: 10_000 });
    await started.promise;

    const stopped = running.stop();
    while (await isListening(running.url)) await new Promise((next) => setTimeout(next, 20));
    mayRead.resolve();

    await expect(answer).resolves.toBe(1);
    await stopped;
    await expect(database.ping()).rejects.toMatchObject({ code: 'store_unavailable' });
  });
});

describe('the internal port of a process', () => {
  let servers: PrivateServers;
  let running: RunningServices;
  let internal: string;

  @Module({})
  class EmptyModule {}

  beforeAll(async () => {
    servers = await privateServers();
    const port = await freePort();
    internal = `http://127.0.0.1:${port}`;
    const services = [{ name: 'empty', module: EmptyModule }];
    running = await startServices('empty', services, servers, { LOOM_METRICS_PORT: String(port) });
  });
  afterAll(async () => {
    await running?.stop();
    await servers?.stop();
  });

  const statuses = (url: string) =>
    Promise.all(['/livez', '/metrics', '/version'].map(async (path) => (await fetch(url + path)).status));

  it('answers metrics and version, which the public port does not', async () => {
    expect(await statuses(internal)).toEqual([200, 200, 200]);
    expect(await statuses(running.url)).toEqual([200, 404, 404]);
  });

  it('has the metrics of requests between services and of Redis commands', async () => {
    await running.runtime.redis.ping().catch(() => undefined);
    const text = await (await fetch(`${internal}/metrics`)).text();

    for (const name of ['rpc_served', 'rpc_asked', 'redis_command', 'consumer', 'http_request'])
      expect(text).toContain(`# TYPE loom_${name}_duration_seconds histogram`);
  });

  it('closes with the process', async () => {
    await running.stop();

    await expect(fetch(`${internal}/livez`)).rejects.toThrow();
  });
});

function isListening(url: string): Promise<boolean> {
  return fetch(`${url}/livez`).then(
    () => true,
    () => false,
  );
}
