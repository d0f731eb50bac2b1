import { Inject, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { FlagCreatedV1, systemOrigin, type FactDraft } from '#libs/contracts';
import { freshDatabase, type FreshDatabase } from '#libs/local-servers';
import { createLogger } from '#libs/observability';
import { Database, Databases, OutboxRelay, platformTables, prepareDatabase } from '#libs/postgres';
import { InMemoryPublisher, ROLE_SECRET } from '#libs/testing';
import { RUNTIME } from '../nest/tokens.js';
import type { Runtime } from '../runtime.js';
import { inboxPurge } from '../jobs/inbox-purge.js';
import { HostedService } from './hosted-service.js';

const SERVICE = 'hostedtest';
const ORG = '01900000-0000-7000-8000-00000000000a';
const logger = createLogger({ service: 'test', level: 'silent' });

class CreateTables1760000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(platformTables(SERVICE));
  }

  async down(): Promise<void> {}
}

/** The parts of a service that owns a database. */
function partsOf(service: string, url: string, publisher: InMemoryPublisher) {
  const database = new Database({ service, url, roleSecret: ROLE_SECRET, log: logger });
  return { database, relay: new OutboxRelay(database, publisher, { log: logger }) };
}

function aFact(): FactDraft {
  const origin = systemOrigin(ORG, 'request-1');
  return { origin, scope: ORG, type: FlagCreatedV1.type, version: FlagCreatedV1.version, data: {} };
}

describe('HostedService with a real database', () => {
  let fresh: FreshDatabase;

  beforeAll(async () => {
    fresh = await freshDatabase();
    await prepareDatabase(fresh.url, [{ name: SERVICE, migrations: [CreateTables1760000000000] }], ROLE_SECRET);
  });
  afterAll(() => fresh.drop());

  it('gives each service of a process its own database, and relays from start to shutdown', async () => {
    const publisher = new InMemoryPublisher();
    const things = partsOf(SERVICE, fresh.url, publisher);
    const other = partsOf('not_prepared', fresh.url, publisher);
    @Module({})
    class ThingsModule extends HostedService {
      constructor(@Inject(RUNTIME) runtime: Runtime) {
        super(runtime, things);
      }
    }
    @Module({})
    class OtherModule extends HostedService {
      constructor(@Inject(RUNTIME) runtime: Runtime) {
        super(runtime, other);
      }
    }
    const runtime: Partial<Runtime> = { logger, databases: new Databases(), hosted: [] };
    @Module({ providers: [{ provide: RUNTIME, useValue: runtime }], exports: [RUNTIME] })
    class RuntimeModule {}
    const application = {
      module: class Application {},
      imports: [{ module: RuntimeModule, global: true }, ThingsModule, OtherModule],
    };

    const app = await NestFactory.createApplicationContext(application, { logger: false });
    expect(runtime.databases?.all.map(({ service }) => service)).toEqual([SERVICE, 'not_prepared']);
    const fact = await things.database.transaction(ORG, ({ outbox }) => outbox.add(aFact()));
    while (!publisher.messages.some(({ msgId }) => msgId === fact.id))
      await new Promise((next) => setTimeout(next, 10));
    await expect(other.database.ping()).rejects.toMatchObject({ code: 'store_unavailable' });

    await app.close();

    expect(things.relay.isLeader).toBe(false);
    await expect(things.database.ping()).resolves.toBeUndefined();
    await Promise.all([things.database.close(), other.database.close()]);
  });

  it('has a job that purges the inbox of any service', async () => {
    const database = new Database({ service: SERVICE, url: fresh.url, roleSecret: ROLE_SECRET, log: logger });
    const count = () =>
      database.systemTransaction(async ({ manager }) => (await manager.query<unknown[]>('select 1 from inbox')).length);
    await database.systemTransaction(({ manager }) =>
      manager.query(`insert into inbox (consumer, fact_id, handled_at)
        select 'any', gen_random_uuid(), now() - make_interval(days => days) from unnest(array[1, 32]) as days`),
    );

    await inboxPurge(database, logger).run();

    expect(await count()).toBe(1);
    await database.close();
  });
});
