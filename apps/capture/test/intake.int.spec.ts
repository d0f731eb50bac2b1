import { setTimeout as sleep } from 'node:timers/promises';
import { CAPTURE_STREAM, durables, EventRow, MAX_PACK_BYTES, OrganizationUpdatedV1 } from '#libs/contracts';
import { until } from '#libs/testing';
import { captureWorld, ENVIRONMENT, ORG, prepare, type CaptureWorld } from './world.js';

const MIB = 1024 * 1024;
const anEvent = (changes: object = {}) => ({ distinct_id: 'd1', event: 'signed_up', ...changes });
const aBatch = (count: number, size = 1) => ({
  batch: Array.from({ length: count }, (_, n) => anEvent({ properties: { n, text: 'x'.repeat(size) } })),
});

describe('the intake over a real NATS', () => {
  let capture: CaptureWorld;

  beforeAll(async () => {
    capture = await captureWorld();
  }, 60_000);
  afterAll(() => capture?.stop());
  beforeEach(async () => {
    await capture.manager.streams.purge(CAPTURE_STREAM);
  });

  it('puts an event into the stream before it answers, as a pack of its organization', async () => {
    const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const sent = await capture.post('capture', anEvent({ properties: { plan: 'pro' } }), {
      'x-loom-lib': 'loom-web',
      'x-loom-lib-version': '1.0.0',
      'x-request-id': 'r1',
      traceparent: trace,
    });
    const packs = await capture.packs();

    expect(sent).toMatchObject({ status: 200, ids: [packs[0]?.rows[0]?.event_id] });
    expect(packs).toMatchObject([
      { subject: `capture.${ORG}`, rows: [{ distinct_id: 'd1', environment_id: ENVIRONMENT }] },
    ]);
    expect(packs[0]!.rows.map((row) => EventRow.parse(row))).toMatchObject([
      { properties: { plan: 'pro' }, user_agent: 'node', lib: 'loom-web', lib_version: '1.0.0' },
    ]);
    const headers = ['loom-kind', 'loom-pack', 'x-request-id', 'traceparent'].map((name) => packs[0]!.header(name));
    expect(headers).toEqual(['events', '1', 'r1', trace]);
    expect(packs[0]!.header('Nats-Msg-Id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('packs events that arrive together, each event once, and makes no pack larger than 512 KiB', async () => {
    const requests = Array.from({ length: 60 }, () => capture.post('batch', aBatch(20, 2_000)));
    const sent = await Promise.all(requests);
    const packs = await capture.packs();

    expect(sent.map(({ status }) => status)).toEqual(sent.map(() => 200));
    const stored = packs.flatMap(({ rows }) => rows.map(({ event_id }) => event_id));
    expect(stored.toSorted()).toEqual(sent.flatMap(({ ids }) => ids).toSorted());
    expect(packs.length).toBeLessThan(60);
    const sizes = packs.map(({ rows }) => Buffer.byteLength(JSON.stringify(rows)));
    expect(sizes.filter((size) => size > MAX_PACK_BYTES)).toEqual([]);
  });

  it('divides a batch that is larger than a pack', async () => {
    const sent = await capture.post('batch', aBatch(100, 40_000));
    const stored = await capture.storedIds();

    expect([sent.status, (await capture.packs()).length]).toEqual([200, 8]);
    expect(stored.toSorted()).toEqual(sent.ids.toSorted());
  });

  it('stores nothing of a batch with one invalid event', async () => {
    const batch = [anEvent(), anEvent(), anEvent({ event: '' })];

    expect(await capture.post('batch', { batch })).toMatchObject({ status: 400, code: 'invalid_event_name' });
    expect(await capture.packs()).toEqual([]);
  });

  it('publishes again under the same id when the acknowledgement is lost: one pack, one answer', async () => {
    capture.proxy.deafen();
    const sending = capture.post('capture', anEvent());
    await until(async () => (await capture.packs()).length === 1);
    capture.proxy.restore();
    const sent = await sending;

    expect(sent.status).toBe(200);
    expect(await capture.storedIds()).toEqual(sent.ids);
  });

  it('stores an event though NATS is frozen for a second', async () => {
    capture.servers.nats.freeze();
    const sending = capture.post('capture', anEvent());
    // Longer than one attempt: the second one arrives.
    await sleep(1_000);
    capture.servers.nats.thaw();
    const sent = await sending;

    expect(sent.status).toBe(200);
    expect(await capture.storedIds()).toEqual(sent.ids);
  });

  it.each(['frozen', 'gone'])(
    'answers 503 in time while NATS is %s; all acknowledged events are stored',
    async (how) => {
      const before = await capture.post('capture', anEvent());
      if (how === 'frozen') capture.servers.nats.freeze();
      else await capture.servers.nats.kill9();
      const startedAt = performance.now();
      const refused = await Promise.all([1, 2, 3].map(() => capture.post('capture', anEvent())));
      const seconds = (performance.now() - startedAt) / 1_000;
      if (how === 'frozen') capture.servers.nats.thaw();
      else await capture.servers.nats.restart();

      expect(refused.map(({ status, code }) => [status, code])).toEqual(refused.map(() => [503, 'bus_unavailable']));
      expect(refused[0]!.headers.get('retry-after')).toMatch(/^\d+$/);
      expect(seconds).toBeLessThan(3.5);
      let after = await capture.post('capture', anEvent());
      await until(
        async () => after.status === 200 || (after = await capture.post('capture', anEvent())).status === 200,
      );
      // A request of the test's own connection is lost when it is sent before that connection is back.
      await until(() => capture.packs().then(Boolean, () => false));
      expect(await capture.storedIds()).toEqual(expect.arrayContaining([...before.ids, ...after.ids]));
    },
  );

  it('refuses at once while the stream is full, keeps acknowledged events, and accepts again when there is room', async () => {
    await prepare(capture.connection, MIB);
    const acked: string[] = [];
    let refused = await capture.post('batch', aBatch(10, 10_000));
    for (; refused.status === 200; refused = await capture.post('batch', aBatch(10, 10_000)))
      acked.push(...refused.ids);
    const startedAt = performance.now();
    const again = await capture.post('batch', aBatch(10, 10_000));

    expect(performance.now() - startedAt).toBeLessThan(1_500);
    expect([refused.code, again.status, again.code]).toEqual(['overloaded', 503, 'overloaded']);
    expect(Number(again.headers.get('retry-after'))).toBeGreaterThan(1);
    expect((await capture.storedIds()).toSorted()).toEqual(acked.toSorted());
    expect((await fetch(`${capture.running.url}/readyz`)).status).toBe(200);
    await prepare(capture.connection, 64 * MIB);
    expect((await capture.post('capture', anEvent())).status).toBe(200);
  });

  it('keeps addresses only for organizations that ask for it, and follows changes of the setting', async () => {
    const updated = async (capture_ip: boolean): Promise<void> => {
      const id = '0190a0b0-0000-7000-8000-0000000000f1';
      const data = { org_id: ORG, slug: 'acme', name: 'Acme', version: 2, capture_ip };
      const actor = { type: 'system', id: 'test' };
      const metadata = { correlation_id: id, source: 'accounts' };
      const fact = { id, type: 'organization.updated', version: 1, timestamp: new Date().toISOString(), org_id: ORG };
      const text = JSON.stringify({ ...fact, actor, data, metadata });
      capture.connection.publish(OrganizationUpdatedV1.subject(ORG), text);
      await capture.connection.flush();
    };
    const addressOfNext = async (): Promise<string | undefined> => {
      await capture.post('capture', anEvent());
      return (await capture.packs()).at(-1)!.rows[0]!.ip;
    };

    expect(await addressOfNext()).toBeUndefined();
    await updated(true);
    await until(async () => (await addressOfNext()) === '127.0.0.1');
    await updated(false);
    await until(async () => (await addressOfNext()) === undefined);
  });

  it('counts accepted and refused events', async () => {
    await capture.post('batch', aBatch(3));
    await capture.post('capture', anEvent({ event: '' }));
    const metrics = await (await fetch(`${capture.running.url}/metrics`)).text();

    expect(metrics).toMatch(/^loom_capture_events_total [1-9]\d*$/m);
    expect(metrics).toMatch(/^loom_capture_refused_total\{code="invalid_event_name"\} [1-9]\d*$/m);
    expect(metrics).toMatch(/^loom_capture_pack_bytes_count [1-9]\d*$/m);
    expect(metrics).toMatch(/^loom_capture_queue_bytes 0$/m);
    expect(metrics).toMatch(/^loom_capture_stream_fullness 0\.\d+/m);
  });

  it('accepts nothing and is not ready without the consumer, since NATS would drop the events', async () => {
    const { name, stream } = durables.analyticsEvents;
    await capture.manager.consumers.delete(stream, name);
    capture.proxy.cut();
    capture.proxy.restore();
    await until(async () => (await fetch(`${capture.running.url}/readyz`)).status === 503);

    expect(await capture.post('capture', anEvent())).toMatchObject({ status: 503, code: 'bus_unavailable' });
    await prepare(capture.connection, 64 * MIB);
    await until(async () => (await fetch(`${capture.running.url}/readyz`)).status === 200);
    const sent = await capture.post('capture', anEvent());
    expect([sent.status, await capture.storedIds()]).toEqual([200, sent.ids]);
  });

  it('makes accepted events durable when it is stopped', async () => {
    const sending = Array.from({ length: 50 }, () =>
      capture.post('capture', anEvent()).catch(() => ({ status: 0, ids: [] as readonly string[] })),
    );
    await sleep(5);
    await capture.running.stop();
    const sent = await Promise.all(sending);

    expect(sent.filter(({ status }) => status !== 200 && status !== 0)).toEqual([]);
    const acked = sent.flatMap(({ ids }) => ids);
    expect(await capture.storedIds()).toEqual(expect.arrayContaining(acked));
  });
});
