import type { Fact } from '#libs/contracts';
import { Registry } from 'prom-client';
import type { Database } from '../transaction/database.js';
import { Databases } from '../transaction/databases.js';
import { outboxMetrics } from './outbox-metrics.js';
import { OutboxRelay, type RelayOptions } from './outbox-relay.js';
import { until } from '#libs/testing';
import {
  MemoryPublisher,
  ORG_A,
  ORG_B,
  SERVICE,
  aDraft,
  collectingLog,
  testDatabase,
  type TestDatabase,
} from '../../test/test-database.js';

/** Longer than a test, so that rows are published only because a notification woke the relay. */
const NO_POLLING = 60_000;

describe('OutboxRelay', () => {
  let server: TestDatabase;
  let database: Database;
  const relays: OutboxRelay[] = [];

  beforeAll(async () => {
    server = await testDatabase();
    database = server.open();
  });
  afterAll(() => server.stop());
  beforeEach(() => server.sql('truncate outbox'));
  afterEach(async () => {
    await Promise.all(relays.splice(0).map((relay) => relay.stop()));
  });

  const relay = (bus: MemoryPublisher, options: RelayOptions = {}): OutboxRelay => {
    const created = new OutboxRelay(database, bus, { pollMs: NO_POLLING, log: collectingLog(), ...options });
    relays.push(created);
    return created;
  };
  const leading = async (bus: MemoryPublisher, options: RelayOptions = {}): Promise<OutboxRelay> => {
    const created = relay(bus, options);
    created.start();
    await until(() => created.isLeader);
    return created;
  };
  const add = (scope = ORG_A, data: unknown = {}): Promise<Fact> =>
    database.transaction(scope, ({ outbox }) => outbox.add(aDraft(scope, data)));
  const isEmpty = async (): Promise<boolean> => (await server.sql('select 1 from outbox')).length === 0;

  it('is woken by a commit, publishes the fact with CloudEvents headers and deletes the row', async () => {
    const bus = new MemoryPublisher();
    const running = await leading(bus);

    const fact = await add(ORG_A, { name: 'café' });
    await until(() => bus.published.length === 1);
    await until(isEmpty);

    expect(bus.published[0]?.subject).toBe(`thing.made.${ORG_A}`);
    expect(JSON.parse(bus.published[0]?.payload ?? '')).toEqual(JSON.parse(JSON.stringify(fact)));
    expect(bus.published[0]?.options).toEqual({
      msgId: fact.id,
      headers: {
        'ce-specversion': '1.0',
        'ce-id': fact.id,
        'ce-type': 'thing.made',
        'ce-source': SERVICE,
        'ce-time': fact.timestamp,
        'ce-subject': `thing.made.${ORG_A}`,
      },
    });
    expect(await running.lag()).toEqual({ rows: 0, oldestMs: 0 });
  });

  it('publishes a forwarded message unchanged, under a new id', async () => {
    const bus = new MemoryPublisher();
    await leading(bus);
    const message = { subject: `other.${ORG_B}`, payload: '["é"]', headers: { 'loom-kind': 'events' } };

    await database.transaction(ORG_A, ({ outbox }) => outbox.forward(message));
    await until(isEmpty);

    expect(bus.published).toMatchObject([
      { subject: message.subject, payload: message.payload, options: { headers: message.headers } },
    ]);
  });

  it('logs the fact that blocks its scope, and reports waiting rows as metrics', async () => {
    const bus = new MemoryPublisher();
    bus.fail = () => new Error('refused for good');
    const log = collectingLog();
    const stuck = await add();
    await add();
    const databases = new Databases();
    const registry = new Registry();
    databases.relays.push(await leading(bus, { stuckMs: 50, log, pollMs: 20 }));
    outboxMetrics(registry, databases);

    await until(() => log.lines.some(({ message }) => message.startsWith('the outbox cannot publish')));
    const shown = await registry.metrics();
    bus.fail = () => undefined;
    await until(isEmpty);

    expect(bus.ids[0]).toBe(stuck.id);
    expect(shown).toContain(`loom_outbox_rows{service="${SERVICE}"} 2`);
    expect(shown).toMatch(/loom_outbox_oldest_age_seconds\{service="\w+"\} 0\.[0-9]*[1-9]/);
    await until(async () => (await registry.metrics()).includes(`loom_outbox_published_total{service="${SERVICE}"} 2`));
  });

  it('keeps the order of a batch with sequence numbers of different length', async () => {
    const bus = new MemoryPublisher();
    const drafts = Array.from({ length: 101 }, () => aDraft());
    const facts = await database.transaction(ORG_A, ({ outbox }) => outbox.addAll(drafts));

    await leading(bus, { batch: 200 });
    await until(isEmpty);

    expect(bus.published.map(({ options }) => options.msgId)).toEqual(facts.map(({ id }) => id));
  });

  it('publishes all committed facts in order within their scope, and none that were rolled back', async () => {
    const bus = new MemoryPublisher();
    await leading(bus, { batch: 7 });
    const committed: Record<string, string[]> = { [ORG_A]: [], [ORG_B]: [] };
    const write = async (scope: string): Promise<void> => {
      for (let i = 0; i < 60; i++) {
        const facts: string[] = [];
        const work = database.transaction(scope, async ({ outbox }) => {
          facts.push((await outbox.add(aDraft(scope))).id, (await outbox.add(aDraft(scope))).id);
          if (i % 3 === 0) throw new Error('rolled back');
        });
        await work.then(() => committed[scope]?.push(...facts)).catch(() => undefined);
      }
    };

    await Promise.all([write(ORG_A), write(ORG_B)]);
    await until(isEmpty);

    for (const scope of [ORG_A, ORG_B]) {
      const ids = bus.published.filter(({ subject }) => subject.endsWith(scope)).map(({ options }) => options.msgId);
      expect(ids).toEqual(committed[scope]);
      expect(ids).toHaveLength(80);
    }
  });

  it('does not lose a row with an early sequence number and a late commit', async () => {
    const bus = new MemoryPublisher();
    await leading(bus);
    const numbered = Promise.withResolvers<void>();
    const mayCommit = Promise.withResolvers<void>();
    const late = database.transaction(ORG_A, async ({ outbox }) => {
      const fact = await outbox.add(aDraft());
      numbered.resolve();
      await mayCommit.promise;
      return fact;
    });
    await numbered.promise;

    const early = await add(ORG_B);
    await until(isEmpty);
    expect(bus.ids).toEqual([early.id]);
    mayCommit.resolve();

    const fact = await late;
    await until(() => bus.published.length === 2);
    expect(bus.ids).toEqual([early.id, fact.id]);
  });

  it('has one leader; another relay takes over when the connection of the leader is killed', async () => {
    const buses = [new MemoryPublisher(), new MemoryPublisher()] as const;
    const first = await leading(buses[0], { pollMs: 50 });
    const second = relay(buses[1], { pollMs: 50 });
    second.start();
    await add();
    await until(isEmpty);
    expect([first.isLeader, second.isLeader]).toEqual([true, false]);
    expect([buses[0].published.length, buses[1].published.length]).toEqual([1, 0]);

    const kill = `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted
      and database = (select oid from pg_database where datname = current_database())`;
    await until(async () => {
      await server.sql(kill);
      return second.isLeader;
    });
    const fact = await add(ORG_B);
    await until(() => [...buses[0].ids, ...buses[1].ids].includes(fact.id));
    await until(isEmpty);
  });

  it('publishes again with the same id after a crash between publishing and deleting', async () => {
    const bus = new MemoryPublisher();
    const publish = bus.publish.bind(bus);
    let crashes = 1;
    bus.publish = async (subject, payload, options) => {
      await publish(subject, payload, options);
      if (crashes-- > 0)
        await server.sql(`select pg_terminate_backend(pid) from pg_stat_activity where application_name like '%_relay'
        and datname = current_database()`);
    };
    await leading(bus);

    const fact = await add();
    await until(() => bus.published.length === 2);
    await until(isEmpty);

    expect(bus.ids).toEqual([fact.id, fact.id]);
  });

  it('keeps rows while the bus is down, logs it once, and publishes them in order afterwards', async () => {
    const bus = new MemoryPublisher();
    const log = collectingLog();
    let refusals = 0;
    bus.fail = () => (refusals++ < 3 ? new Error('no bus') : undefined);
    const running = relay(bus, { log });
    const facts = [await add(), await add(), await add()];
    expect(await running.lag()).toMatchObject({ rows: 3, oldestMs: expect.any(Number) });

    running.start();
    await until(() => bus.published.length === 3);
    await until(isEmpty);

    expect(bus.ids).toEqual(facts.map(({ id }) => id));
    expect(log.lines).toEqual([
      { level: 'error', message: 'outbox relay, publishing: failing' },
      { level: 'info', message: 'outbox relay, publishing: works again' },
    ]);
  });

  it('runs hooks before publishing: a failing hook does not stop a row, "hold" keeps back its scope', async () => {
    const bus = new MemoryPublisher();
    const seen: string[] = [];
    let holding = true;
    await leading(bus, {
      beforePublish: [
        () => Promise.reject(new Error('no cache')),
        async (row) => {
          seen.push(`${row.type} ${bus.ids.includes(row.id)}`);
          return holding && row.subject.endsWith(ORG_B) ? 'hold' : undefined;
        },
      ],
    });
    const held = await add(ORG_B);
    const free = await add(ORG_A);
    await until(() => bus.published.length === 1);
    expect(bus.ids).toEqual([free.id]);

    holding = false;
    await until(isEmpty);

    expect(bus.ids).toEqual([free.id, held.id]);
    expect(new Set(seen)).toEqual(new Set(['thing.made false']));
  });

  it('finishes the current batch when it stops', async () => {
    const bus = new MemoryPublisher();
    const publish = bus.publish.bind(bus);
    const begun = Promise.withResolvers<void>();
    const ack = Promise.withResolvers<void>();
    bus.publish = async (...given) => {
      begun.resolve();
      await ack.promise;
      await publish(...given);
    };
    const running = await leading(bus);
    await add();
    await begun.promise;

    const stopped = running.stop();
    ack.resolve();
    await stopped;

    expect(bus.published).toHaveLength(1);
    expect(await isEmpty()).toBe(true);
    expect(running.isLeader).toBe(false);
  });
});
