import { Inject, Module } from '@nestjs/common';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { Bus, RpcClient } from '#libs/bus';
import { PLATFORM, type Rpc } from '#libs/contracts';
import { privateServers, type PrivateServers } from '#libs/local-servers';
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

function isListening(url: string): Promise<boolean> {
  return fetch(`${url}/livez`).then(
    () => true,
    () => false,
  );
}
