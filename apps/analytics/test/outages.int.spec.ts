import { jetstream } from '@nats-io/jetstream';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { durables, packOrganization, type EventRow } from '#libs/contracts';
import { Database } from '#libs/postgres';
import { ROLE_SECRET, until, type RunningServices } from '#libs/testing';
import { privateServers, type PrivateServers } from '#libs/local-servers';
import { StorePacks } from '../src/application/packs/store-packs.js';
import { PostgresPacks } from '../src/db/pack.store.js';
import { aRow, contents, openIntake, startAnalytics, wrongCounters, type Intake } from './world.js';

/** Postgres is killed, frozen and limited while packs arrive. None of these faults may produce a dead letter. */
describe('the event store through faults of Postgres', () => {
  let servers: PrivateServers;
  let intake: Intake;
  let running: RunningServices;
  let sent: EventRow[];

  beforeAll(async () => {
    servers = await privateServers({ ownPostgres: true, durable: true });
    intake = await openIntake(servers);
    running = await startAnalytics(servers);
    sent = [];
  }, 60_000);
  afterAll(async () => {
    await running.stop();
    await intake.close();
    await servers.stop();
  });

  /** Publishes packs until `end` is called; the service consumes them meanwhile. */
  const publishing = (): { end: () => Promise<void> } => {
    let isOver = false;
    const loop = async (): Promise<void> => {
      while (!isOver) {
        const rows = Array.from({ length: 20 }, () => aRow({ distinct_id: `d${sent.length % 7}` }));
        await intake.publish(rows);
        sent.push(...rows);
        await sleep(5);
      }
    };
    const done = loop();
    return { end: () => ((isOver = true), done) };
  };
  const admin = async (...statements: readonly string[]): Promise<void> => {
    const client = new pg.Client({
      connectionString: servers.postgresUrl,
      options: '-c default_transaction_read_only=off',
    });
    client.on('error', () => undefined);
    await client.connect();
    try {
      for (const sql of statements) await client.query(sql);
    } finally {
      await client.end();
    }
  };
  const cut = `select pg_terminate_backend(pid) from pg_stat_activity where usename = 'loom_analytics_system'`;

  const faults: [what: string, inject: () => Promise<void>, heal: () => Promise<void>][] = [
    ['killed and restarted', () => servers.postgres!.kill9(), () => servers.postgres!.restart()],
    ['frozen', async () => servers.postgres!.freeze(), async () => servers.postgres!.thaw()],
    [
      'read-only',
      () => admin('alter system set default_transaction_read_only = on', 'select pg_reload_conf()'),
      () => admin('alter system reset default_transaction_read_only', 'select pg_reload_conf()'),
    ],
    [
      'out of connections',
      () => admin('alter role loom_analytics_system connection limit 0', cut),
      () => admin('alter role loom_analytics_system connection limit -1'),
    ],
    [
      'missing a table, as before a migration',
      () => admin('alter table analytics.event_seen rename to away'),
      () => admin('alter table analytics.away rename to event_seen'),
    ],
    ['closing every connection', async () => { for (let i = 0; i < 5; i++) await admin(cut).then(() => sleep(50)); }, async () => undefined],
  ]; // prettier-ignore

  it.each(faults)('stores each event once when it is %s while batches arrive', async (_what, inject, heal) => {
    const load = publishing();
    await until(async () => sent.length > 200);
    await inject();
    await sleep(2_500);
    await heal();
    await sleep(200);
    await load.end();
    await intake.settled();

    const { ids, seen } = await contents(servers.postgresUrl);
    const stored = new Set(ids);
    const lost = sent.filter(({ event_id }) => !stored.has(event_id));
    expect({ lost: lost.length, stored: ids.length, seen }).toEqual({
      lost: 0,
      stored: sent.length,
      seen: sent.length,
    });
    expect(await wrongCounters(servers.postgresUrl)).toEqual([]);
    expect(await intake.deadLetters()).toEqual([]);
  });

  it('stores nothing twice after a crash between the commit and the acknowledgement', async () => {
    await running.stop();
    const rows = Array.from({ length: 10 }, () => aRow());
    sent.push(...rows);
    await intake.publish(rows);
    await commitWithoutAcknowledgement();
    expect((await contents(servers.postgresUrl)).ids).toHaveLength(sent.length);

    running = await startAnalytics(servers);
    await intake.settled();

    expect((await contents(servers.postgresUrl)).ids).toHaveLength(sent.length);
    expect(await wrongCounters(servers.postgresUrl)).toEqual([]);
    expect(await intake.deadLetters()).toEqual([]);
  });

  /** Does what the service does up to the commit; then the message is delivered again, as after `ack_wait`. */
  async function commitWithoutAcknowledgement(): Promise<void> {
    const { stream, name } = durables.analyticsEvents;
    const consumer = await jetstream(intake.connection).consumers.get(stream, name);
    const message = (await consumer.next({ expires: 5_000 }))!;
    const database = Database.open({ service: 'analytics', url: servers.postgresUrl, roleSecret: ROLE_SECRET });
    const pack = { orgId: packOrganization(message.subject)!, rows: message.data, bury: async () => undefined };
    await new StorePacks(new PostgresPacks(database), () => undefined).execute([pack]);
    await database.close();
    message.nak();
  }
});
