import type { RunningServices } from '#libs/testing';
import { privateServers, type PrivateServers } from '#libs/local-servers';
import { until } from '#libs/testing';
import type { EventRow } from '#libs/contracts';
import fc from 'fast-check';
import { uuidv7 } from 'uuidv7';
import {
  aRow,
  contents,
  openIntake,
  ORG_A,
  ORG_B,
  rowsAs,
  startAnalytics,
  wrongCounters,
  type Intake,
} from './world.js';

describe('the event store', () => {
  let servers: PrivateServers;
  let intake: Intake;
  let running: RunningServices;
  const system = <R extends object>(sql: string, values?: readonly unknown[]) =>
    rowsAs<R & Record<string, unknown>>(servers.postgresUrl, 'system', sql, values);
  const idsOf = (rows: readonly EventRow[]): string[] => rows.map(({ event_id }) => event_id).toSorted();

  beforeAll(async () => {
    servers = await privateServers();
    intake = await openIntake(servers);
    running = await startAnalytics(servers);
  });
  afterEach(() =>
    system('delete from event')
      .then(() => system('delete from event_hour'))
      .then(() => system('delete from event_seen')),
  );
  afterAll(async () => {
    await running.stop();
    await intake.close();
    await servers.stop();
  });

  it('keeps every field of an event', async () => {
    const row = aRow({
      environment_id: uuidv7(), user_agent: 'curl/8', lib: 'loom-web', lib_version: '1.2.3', clock_skew: true, ip: '203.0.113.9',
      properties: { nested: { list: [1, 'ä', null] } },
    }); // prettier-ignore
    await intake.publish([row]);
    await intake.settled();

    const [stored] = await system('select * from event');
    expect(stored).toEqual({
      ...row,
      org_id: ORG_A,
      event_name: row.event,
      event: undefined,
      person_id: null,
      ip: null,
      timestamp: new Date(row.timestamp),
      received_at: new Date(row.received_at),
    });
  });

  it('keeps an address only for organizations that ask for it', async () => {
    await system(`insert into organization_setting (org_id, capture_ip, version) values ($1, true, 1)`, [ORG_B]);
    await intake.publish([aRow({ ip: '203.0.113.9' })], ORG_A);
    await intake.publish([aRow({ ip: '203.0.113.9' })], ORG_B);
    await intake.settled();

    expect(await system('select org_id, ip from event order by org_id')).toEqual([
      { org_id: ORG_A, ip: null },
      { org_id: ORG_B, ip: '203.0.113.9' },
    ]);
  });

  it('keeps one event per id: in one pack, in many, with another timestamp, in another month or partition', async () => {
    const row = aRow({ timestamp: '2026-01-31T23:59:59.999Z' });
    const again = ['2026-02-01T00:00:00.000Z', '1999-01-01T00:00:00.000Z', '9999-01-01T00:00:00.000Z', row.timestamp];
    await intake.publish([row, row, { ...row, timestamp: again[0] }]);
    await Promise.all(again.map((timestamp) => intake.publish([{ ...row, timestamp }])));
    await intake.settled();
    for (const timestamp of again) await intake.publish([{ ...row, timestamp }]);
    await intake.settled();

    expect(await contents(servers.postgresUrl)).toEqual({ ids: [row.event_id], seen: 1 });
    expect(await wrongCounters(servers.postgresUrl)).toEqual([]);
  });

  it('keeps one event per organization when several send the same id', async () => {
    const row = aRow();
    await intake.publish([row], ORG_A);
    await intake.publish([row], ORG_B);
    await intake.settled();

    expect((await contents(servers.postgresUrl)).ids).toEqual([row.event_id, row.event_id]);
    const seenBy = (org: string) => rowsAs(servers.postgresUrl, 'app', 'select org_id from event', [], org);
    expect([await seenBy(ORG_A), await seenBy(ORG_B)]).toEqual([[{ org_id: ORG_A }], [{ org_id: ORG_B }]]);
  });

  it('stores the first and last moment of a month in that month, at any age', async () => {
    const moments = [
      '2024-02-29T23:59:59.999Z',
      '2024-03-01T00:00:00.000Z',
      '2026-10-31T23:59:59.999Z',
      '2026-11-01T00:00:00.000Z',
    ];
    const rows = moments.map((timestamp) => aRow({ timestamp }));
    await intake.publish(rows);
    await intake.settled();
    const places = async () =>
      (
        await system<{ place: string; at: Date }>(
          `select tableoid::regclass::text as place, timestamp as at from event order by timestamp`,
        )
      ).map(({ place, at }) => [place, at.toISOString()]);
    await until(async () => (await places()).every(([place]) => place !== 'event_default'));

    const monthOf = (at: string): string => `event_${at.slice(0, 7).replace('-', '_')}`;
    const expected = (at: string): string[] => {
      const isOld = new Date(at).getTime() < Date.now() - 25 * 31 * 86_400_000;
      return [isOld ? 'event_old' : monthOf(at), at];
    };
    expect(await places()).toEqual(moments.map(expected));
  });

  it('stores each sent event once, in any packs, order and repetition (I-13, I-14), and counts it (I-19)', async () => {
    const months = fc.constantFrom('2026-09-30T23:59:59.999Z', '2026-10-01T00:00:00.000Z', '2020-01-01T10:00:00.000Z');
    const events = fc.array(fc.record({ timestamp: months, event: fc.constantFrom('a', 'b') }), {
      minLength: 1,
      maxLength: 12,
    });
    const packsOf = fc.array(fc.array(fc.nat(11), { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(events, packsOf, months, async (drafts, packs, other) => {
        const rows = drafts.map((draft) => aRow(draft));
        const sent = packs.map((pack) => pack.map((n) => rows[n % rows.length]!));
        const before = await contents(servers.postgresUrl);

        await Promise.all(sent.map((pack) => intake.publish(pack)));
        await Promise.all(sent.map((pack) => intake.publish(pack.map((row) => ({ ...row, timestamp: other })))));
        await intake.settled();

        const after = await contents(servers.postgresUrl);
        const expected = [...new Set(sent.flat().map(({ event_id }) => event_id))].toSorted();
        expect(after.ids.filter((id) => !before.ids.includes(id))).toEqual(expected);
        expect(after.seen).toBe(after.ids.length);
        expect(await wrongCounters(servers.postgresUrl)).toEqual([]);
      }),
      { numRuns: 12 },
    );
  });

  it('buries each bad event alone with its reason, and stores its neighbours within a second (I-12, I-15)', async () => {
    const letters = (await intake.deadLetters()).length;
    const good = Array.from({ length: 40 }, () => aRow());
    const bad = [
      { ...aRow(), event_id: 'no id' },
      { ...aRow(), timestamp: '2026-13-45T00:00:00.000Z' },
      { ...aRow(), properties: { text: 'a\0b' } },
      { ...aRow(), distinct_id: undefined },
      'no object',
      null,
    ];
    const begin = performance.now();
    await intake.publish([...good.slice(0, 10), ...bad, ...good.slice(10, 20)]);
    await intake.publish(good.slice(20));
    await until(async () => (await contents(servers.postgresUrl)).ids.length === good.length);
    expect(performance.now() - begin).toBeLessThan(1_000);
    await intake.settled();

    expect((await contents(servers.postgresUrl)).ids).toEqual(idsOf(good));
    const dead = (await intake.deadLetters()).slice(letters);
    expect(dead.map(({ data }) => JSON.parse(data) as unknown)).toEqual(
      expect.arrayContaining(bad.map((row) => JSON.parse(JSON.stringify(row)) as unknown)),
    );
    expect(dead).toHaveLength(bad.length);
    for (const { reason } of dead) expect(reason).not.toBe('');
    expect(await wrongCounters(servers.postgresUrl)).toEqual([]);
  });

  it.each([
    ['is not JSON', '[{"event_id":', undefined, /JSON/],
    ['is not an array', '{"event_id":"a"}', undefined, /array/],
    ['has no header with its kind', [], {}, /kind/],
    ['has a later version', [], { 'loom-kind': 'events', 'loom-pack': '2' }, /version/],
  ])('buries a pack at once when it %s', async (_what, rows, head, reason) => {
    const letters = (await intake.deadLetters()).length;
    await intake.publish(rows, ORG_A, head);
    await intake.settled();

    expect((await intake.deadLetters()).slice(letters)).toEqual([
      { reason: expect.stringMatching(reason) as string, data: typeof rows === 'string' ? rows : '[]' },
    ]);
  });

  it('skips packs of another kind', async () => {
    const letters = (await intake.deadLetters()).length;
    await intake.publish([{ a: 1 }], ORG_A, { 'loom-kind': 'persons', 'loom-pack': '1' });
    await intake.settled();

    expect(await intake.deadLetters()).toHaveLength(letters);
  });

  it('counts stored and duplicate events on /metrics', async () => {
    const row = aRow();
    const read = async (outcome: string): Promise<number> => {
      const text = await (await fetch(`${running.url}/metrics`)).text();
      const line = text.split('\n').find((one) => one.startsWith(`loom_analytics_events_total{outcome="${outcome}"}`));
      return Number(line?.split(' ')[1]);
    };
    const [stored, duplicate] = [await read('stored'), await read('duplicate')];
    await intake.publish([row, row]);
    await intake.settled();

    expect([await read('stored'), await read('duplicate')]).toEqual([stored + 1, duplicate + 1]);
  });
});
