import { gzipSync } from 'node:zlib';
import { bearer, type HeaderFields, type PrivateServers, privateServers } from '#libs/local-servers';
import { newWorkplace, type Platform, startPlatform, until, type Workplace } from '#libs/testing';
import { IntakeListener, postRaw, type Posted } from '../support/intake.js';

const PAGE = 'https://app.example.com';
/** Used by this suite alone, so that the logs can be searched for it. */
const ADDRESS = '127.0.77.9';
const MINUTE_MS = 60_000;

/** An application sends events, through a gateway to a capture process of its own. */
describe('capturing events', () => {
  let servers: PrivateServers;
  let platform: Platform;
  let work: Workplace;
  let intake: IntakeListener;
  let front: Awaited<ReturnType<Platform['add']>>;
  let writeKey: string;
  let readKey: string;

  beforeAll(async () => {
    servers = await privateServers();
    platform = await startPlatform(servers, 'standalone');
    const capture = await platform.add('capture', { LOOM_TRUST_PROXY: 'loopback' });
    front = await platform.add('gateway', { LOOM_CAPTURE_URL: capture.url });
    work = await newWorkplace(platform, 'Capture');
    const key = async (key_type: string, more: object): Promise<string> =>
      (await work.person.must<{ key: string }>('POST', '/analytics/keys', { name: key_type, key_type, ...more })).key;
    writeKey = await key('write', { environment: 'prod' });
    readKey = await key('rw', {});
    intake = await IntakeListener.open(servers);
  }, 120_000);
  afterAll(async () => {
    await intake?.close();
    await platform?.stop();
    await servers?.stop();
  }, 60_000);

  const url = (path: string): string => `${front.url}/api/analytics/${path}`;
  const post = (path: string, body: unknown, headers: HeaderFields = {}, from?: string): Promise<Posted> => {
    const usual = { authorization: `Bearer ${writeKey}`, 'content-type': 'application/json' };
    return postRaw(url(path), JSON.stringify(body), { ...usual, ...headers }, from);
  };
  const rowsOf = async ({ body }: Posted) => {
    const ids = body.event_ids ?? [body.event_id!];
    await until(() => intake.of(ids).length === ids.length);
    return ids.map((id) => intake.of([id])[0]!);
  };
  const event = { distinct_id: 'anon-1', event: '$pageview', properties: { path: '/' } };

  it('a single event is answered with its id and carries the environment of its key', async () => {
    const answer = await post('capture', event, { 'x-loom-lib': 'loom-web', 'user-agent': 'browser/1' });
    const [row] = await rowsOf(answer);
    const environments = await work.person.must<{ data: { id: string; name: string }[] }>('GET', '/environments');

    expect([answer.status, answer.body.status]).toEqual([200, 'ok']);
    expect(row).toMatchObject({ ...event, user_agent: 'browser/1', lib: 'loom-web' });
    expect(row!.environment_id).toBe(environments.data.find(({ name }) => name === 'prod')!.id);
    expect(await rowsOf(await post('capture', event, bearer(readKey)))).toMatchObject([event]);
  });

  it('a batch with one bad item stores nothing and names the item', async () => {
    const before = intake.rows.length;
    const answer = await post('batch', { batch: [event, event, { ...event, event: 'no spaces' }] });
    await rowsOf(await post('capture', event));

    expect([answer.status, answer.body.error?.code]).toEqual([400, 'invalid_event_name']);
    expect(answer.body.error?.details[0]?.field).toBe('batch[2].event');
    expect(intake.rows.length).toBe(before + 1);
  });

  it('gzip brings the same events', async () => {
    const ids = ['0190a0b0-0000-7000-8000-0000000000a1', '0190a0b0-0000-7000-8000-0000000000a2'];
    const body = Buffer.from(JSON.stringify({ batch: ids.map((event_id) => ({ ...event, event_id })) }));
    const headers = { authorization: `Bearer ${writeKey}`, 'content-type': 'application/json' };
    const answer = await postRaw(url('batch'), gzipSync(body), { ...headers, 'content-encoding': 'gzip' });

    expect(answer.body).toEqual({ status: 'ok', count: 2, event_ids: ids });
    expect(await rowsOf(answer)).toMatchObject(ids.map((event_id) => ({ ...event, event_id })));
  });

  it('a page that closes sends a beacon; a key that can read is not accepted in a beacon', async () => {
    const body = JSON.stringify({ api_key: writeKey, batch: [event] });
    const headers = { 'content-type': 'text/plain;charset=UTF-8', origin: PAGE };
    const answer = await postRaw(url('batch'), body, headers);

    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, PAGE]);
    expect(await rowsOf(answer)).toMatchObject([event]);
    const reading = await postRaw(url('batch'), body.replace(writeKey, readKey), headers);
    expect([reading.status, reading.body.error?.code]).toEqual([403, 'forbidden_for_key_type']);
    const preflight = await fetch(url('capture'), { method: 'OPTIONS', headers: { origin: PAGE } });
    expect(preflight.headers.get('access-control-allow-headers')).toContain('x-loom-lib');
  });

  it('the error of a clock is corrected; an event of the future is dated now', async () => {
    const HOUR_MS = 60 * MINUTE_MS;
    const theirs = (ms: number): string => new Date(Date.now() - HOUR_MS + ms).toISOString();
    const late = await post('batch', { batch: [{ ...event, timestamp: theirs(-MINUTE_MS) }], sent_at: theirs(0) });
    const [corrected] = await rowsOf(late);
    const future = new Date(Date.now() + 48 * HOUR_MS).toISOString();
    const [clamped] = await rowsOf(await post('capture', { ...event, timestamp: future }));

    const ageMs = Date.parse(corrected!.received_at) - Date.parse(corrected!.timestamp);
    expect(Math.abs(ageMs - MINUTE_MS)).toBeLessThan(5_000);
    expect(corrected!.clock_skew).toBeUndefined();
    expect(clamped).toMatchObject({ clock_skew: true, timestamp: clamped!.received_at });
  });

  it('an address is stored when the organization wants it, and nowhere before', async () => {
    await rowsOf(await post('capture', event, {}, ADDRESS));
    expect(JSON.stringify(intake.rows)).not.toContain(ADDRESS);

    await work.person.must('PATCH', `/api/orgs/${work.orgId}`, { capture_ip: true });
    await until(async () => (await rowsOf(await post('capture', event, {}, ADDRESS)))[0]!.ip === ADDRESS);
    await work.person.must('PATCH', `/api/orgs/${work.orgId}`, { capture_ip: false });
    await until(async () => (await rowsOf(await post('capture', event, {}, ADDRESS)))[0]!.ip === undefined);
    for (const program of [platform.front, front.program]) expect(program.output).not.toContain(ADDRESS);
  });
});
