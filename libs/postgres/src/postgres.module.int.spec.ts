import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Database } from './transaction/database.js';
import { FactPublisher } from '#libs/facts';
import { Inbox } from './inbox/inbox.js';
import { OutboxRelay } from './outbox/outbox-relay.js';
import { PostgresModule } from './postgres.module.js';
import {
  MemoryPublisher,
  ORG_A,
  ROLE_SECRET,
  SERVICE,
  aDraft,
  collectingLog,
  testDatabase,
  until,
  type TestDatabase,
} from '../test/test-database.js';

describe('PostgresModule', () => {
  let server: TestDatabase;

  beforeAll(async () => {
    server = await testDatabase();
  });
  afterAll(() => server.stop());

  it('provides each service of a process with its own database, and publishes from start to shutdown', async () => {
    const bus = new MemoryPublisher();
    @Module({ providers: [{ provide: FactPublisher, useValue: bus }], exports: [FactPublisher] })
    class BusModule {}
    const registered = (service: string) =>
      PostgresModule.register({
        service,
        log: collectingLog(),
        imports: [BusModule],
        settings: { useFactory: () => ({ url: server.url, roleSecret: ROLE_SECRET }) },
      });
    @Module({ imports: [registered(SERVICE)] })
    class ThingsModule {
      constructor(
        readonly database: Database,
        readonly relay: OutboxRelay,
        readonly inbox: Inbox,
      ) {}
    }
    @Module({ imports: [registered('not_prepared')] })
    class OtherModule {
      constructor(readonly database: Database) {}
    }
    @Module({ imports: [ThingsModule, OtherModule] })
    class Application {}

    const app = await NestFactory.createApplicationContext(Application, { logger: false });
    const { database, relay } = app.get(ThingsModule);
    const other = app.get(OtherModule).database;
    expect([database.service, other.service]).toEqual([SERVICE, 'not_prepared']);
    const fact = await database.transaction(ORG_A, ({ outbox }) => outbox.add(aDraft()));
    await until(() => bus.ids.includes(fact.id));
    await expect(other.ping()).rejects.toMatchObject({ code: 'store_unavailable' });

    await app.close();

    expect(relay.isLeader).toBe(false);
    await expect(database.transaction(ORG_A, () => Promise.resolve())).rejects.toMatchObject({
      code: 'store_unavailable',
    });
  });
});
