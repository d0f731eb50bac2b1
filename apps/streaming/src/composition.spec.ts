import { createHttp, StreamPlaces } from '#libs/http';
import { AppError, Secret } from '#libs/kernel';
import { createLogger } from '#libs/observability';
import { StreamTokens } from '#libs/edge';
import type { KeyCheck } from '#libs/api-keys';
import type { RedisConnection } from '#libs/redis';
import { aRecord, FixedClock, LOOKUP, ManualRulesets, until } from '#libs/testing';
import { DEV, EPOCH, aFlag } from './application/stream.spec-support.js';
import { composeStreaming } from './composition.js';

const logger = createLogger({ service: 'test', level: 'silent' });
const record = aRecord({ environment: DEV });

/** The service on a free port, with a key that can be revoked. */
async function serve(keyRecord = record, { max = 100, maxPerKey = 100 } = {}) {
  const reader = new ManualRulesets();
  const clock = new FixedClock('2026-01-01T00:00:00.000Z');
  const tokens = new StreamTokens(new Secret('a secret of sixteen'), clock);
  let revoke: (lookupId: string) => void = () => undefined;
  let isGood = true;
  const live = () => (isGood ? Promise.resolve(keyRecord) : Promise.reject(new AppError('invalid_key', 'revoked')));
  const keys = {
    onRevoked: (listener: typeof revoke) => (revoke = listener),
    isGood: () => isGood,
    live,
  } as unknown as KeyCheck;
  const redis = { client: { hmget: () => Promise.reject(new Error('away')) } } as unknown as RedisConnection;
  const settings = { heartbeatMs: 30_000, maxConnectionAgeMs: 1_000, maxOpening: 10 };
  const places = new StreamPlaces({ max });
  const streaming = composeStreaming({ reader, keys, tokens, redis, clock, settings, places, maxPerKey });
  const http = createHttp({
    service: 'test',
    logger,
    guards: { keys: (request) => void (request.caller = { kind: 'key', record: keyRecord }) },
  });
  for (const routes of streaming.routes) routes.register(http);
  const url = await http.listen({ host: '127.0.0.1', port: 0 });
  await reader.require('o1');
  reader.put('o1', aFlag());
  const stop = () => {
    streaming.streams.endAll();
    return http.close();
  };
  const refuse = (): void => void (isGood = false);
  return { ...streaming, places, reader, clock, tokens, url, stop, refuse, revoke: () => revoke(LOOKUP) };
}
type Served = Awaited<ReturnType<typeof serve>>;

/** Reads a stream up to the first `text`, or to its end. */
async function read(response: Response, text?: string): Promise<string> {
  let read = '';
  for await (const chunk of response.body!) {
    read += Buffer.from(chunk).toString();
    if (text !== undefined && read.includes(text)) break;
  }
  return read;
}

describe('the streaming service', () => {
  let served: Served;
  beforeEach(async () => {
    served = await serve();
  });
  afterEach(() => served.stop());
  const open = (path: string, headers = {}) => fetch(`${served.url}${path}`, { headers });

  it('begins a stream with the full state and counts it', async () => {
    const text = await read(await open('/api/flags/stream'), '"flag_key":"a.flag"');

    expect(text).toMatch(/^retry: \d+\n\nid: 0000000a1\.0\.1\nevent: init\n/);
    expect(served.streams.numbers.begun).toEqual({ init: 1, resumed: 0, refetch: 0 });
  });

  it('resumes after the version that the client received', async () => {
    served.reader.put('o1', aFlag({ version: 2 }));
    const headers = { 'last-event-id': `${EPOCH}.0.1` };
    const text = await read(await open('/api/flags/stream?resume=true', headers), 'event: flag.updated');

    expect(text).toContain(`id: ${EPOCH}.0.1\nevent: resumed\n`);
    expect(served.streams.numbers.begun.resumed).toBe(1);
  });

  it('sends the full state instead of missed events while too many of them wait to be taken', async () => {
    served.reader.put('o1', aFlag({ version: 2 }));
    served.streams.hasRoomFor = () => false;
    const headers = { 'last-event-id': `${EPOCH}.0.1` };
    const text = await read(await open('/api/flags/stream?resume=true', headers), '"flag_key":"a.flag"');

    expect(text).toContain('event: init');
    expect(served.streams.numbers.begun).toEqual({ init: 1, resumed: 0, refetch: 0 });
  });

  it('counts missed events only until they are taken', async () => {
    served.reader.put('o1', aFlag({ version: 2 }));
    const headers = { 'last-event-id': `${EPOCH}.0.1` };
    for (let i = 0; i < 20; i += 1) await open('/api/flags/stream?resume=true', headers);

    await until(() => served.streams.numbers.unsharedBytes === 0);
    expect(served.streams.numbers.begun.resumed).toBe(20);
  });

  it.each([
    ['header', (id: string) => ['', { 'last-event-id': id }] as const],
    ['query', (id: string) => [`&lastEventId=${id}`, {}] as const],
    ['header, before the query', (id: string) => [`&lastEventId=${EPOCH}.0.0`, { 'last-event-id': id }] as const],
  ])('takes the last event id from the %s, on both kinds of stream', async (_where, sent) => {
    served.reader.put('o1', aFlag({ version: 2 }));
    const stream = (path: string, id: string) => {
      const [query, headers] = sent(id);
      return open(path + query, headers);
    };
    const ofrep = `/ofrep/v1/stream?token=${served.tokens.issue(LOOKUP)}`;

    const text = await read(await stream('/api/flags/stream?resume=true', `${EPOCH}.0.1`), 'event: flag.updated');
    expect(text).toContain(`id: ${EPOCH}.0.1\nevent: resumed\n`);
    expect(await read(await stream(ofrep, `${EPOCH}.0.1`), 'refetchEvaluation')).toContain('event: message');
    const current = await stream(ofrep, `${EPOCH}.0.2`);
    served.reader.put('o1', aFlag({ version: 3 }));
    expect(await read(current, 'refetchEvaluation')).not.toMatch(/0\.2\nevent: message/);
  });

  it.each(['7', 'x'.repeat(500), '%00', ''])('ignores the last event id %j', async (id) => {
    const response = await open(`/api/flags/stream?resume=true&lastEventId=${id}`);

    expect(await read(response, 'event: init')).toContain('event: init');
  });

  it('ends the streams of a key that is revoked, with the reason', async () => {
    const response = await open('/api/flags/stream');
    served.revoke();

    expect(await read(response)).toContain('"code":"invalid_key"');
    expect(served.streams.numbers.open).toBe(0);
  });

  it('ends a stream that is too old and asks the client to reconnect', async () => {
    const response = await open('/api/flags/stream');
    served.clock.advance(700);
    served.streams.sweep();
    expect(served.streams.numbers.open).toBe(1);

    served.clock.advance(600);
    served.streams.sweep();
    expect(await read(response)).toContain('event: reconnect');
  });

  it('runs heartbeats as a job', async () => {
    const response = await open('/api/flags/stream');
    const heartbeat = served.jobs.find(({ name }) => name.includes('heartbeat'));
    expect(heartbeat).toMatchObject({ everyMs: 30_000, firstAfterMs: 30_000 });
    await heartbeat!.run();

    expect(await read(response, 'event: heartbeat')).toContain('"stale_seconds":7');
  });

  it('lists the open streams with the acknowledged version', async () => {
    await open('/api/flags/stream', { 'x-loom-lib': 'loom-web', 'x-loom-lib-version': '1.0.0' });
    const [stream] = served.streams.all();

    expect(stream).toMatchObject({ orgId: 'o1', sdk: 'loom-web', sdkVersion: '1.0.0', acknowledged: `${EPOCH}.0.1` });
  });

  it('refuses a key that was revoked while the request waited', async () => {
    served.refuse();
    const response = await open('/api/flags/stream');

    expect([response.status, await response.json()]).toMatchObject([401, { error: { code: 'invalid_key' } }]);
  });

  it('refuses a request for another environment', async () => {
    const response = await open('/api/flags/stream?environment=prod');

    expect(await response.json()).toMatchObject({ error: { code: 'environment_mismatch' } });
  });

  it('opens OFREP streams by token, with only an id for a client at the newest version', async () => {
    const path = `/ofrep/v1/stream?token=${served.tokens.issue(LOOKUP)}`;
    const current = await open(path, { 'last-event-id': `${EPOCH}.0.1` });
    const behind = await open(path, { 'last-event-id': `${EPOCH}.0.0` });

    expect(await read(behind, 'refetchEvaluation')).toContain('event: message');
    served.reader.put('o1', aFlag({ version: 2 }));
    const text = await read(current, 'refetchEvaluation');
    expect(text).toMatch(/id: 0000000a1\.0\.1\n\nid: 0000000a1\.0\.2\nevent: message/);
  });

  it('refuses OFREP streams without a valid token', async () => {
    for (const query of ['', '?token=s1.nothing']) expect((await open(`/ofrep/v1/stream${query}`)).status).toBe(401);
  });
});

it.each([
  ['503 when the process has no place left', { max: 2 }, [503, 'overloaded']],
  ['429 when the key has no place left', { maxPerKey: 2 }, [429, 'rate_limited']],
])('answers %s, on both kinds of stream, until a stream ends', async (_what, limits, refusal) => {
  const served = await serve(record, limits);
  const paths = ['/api/flags/stream', `/ofrep/v1/stream?token=${served.tokens.issue(LOOKUP)}`];
  const aborts = paths.map(() => new AbortController());
  await Promise.all(paths.map((path, i) => fetch(served.url + path, { signal: aborts[i]!.signal })));

  for (const path of paths) {
    const response = await fetch(served.url + path);
    const { error } = (await response.json()) as { error: { code: string } };
    expect([response.status, error.code]).toEqual(refusal);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(response.headers.get('connection')).toBe('close');
  }

  aborts[0]!.abort();
  await until(() => served.streams.numbers.open === 1);
  expect((await fetch(served.url + paths[0]!)).status).toBe(200);
  await served.stop();
});

it('keeps no place for requests that are refused', async () => {
  const served = await serve(record, { max: 1, maxPerKey: 1 });
  served.refuse();
  for (let i = 0; i < 5; i += 1) expect((await fetch(`${served.url}/api/flags/stream`)).status).toBe(401);

  expect(served.places.open).toBe(0);
  await served.stop();
});

it('refuses rulesets to client keys', async () => {
  const served = await serve({ ...record, key_type: 'flags_client' });
  const response = await fetch(`${served.url}/api/flags/stream?payload=ruleset`);

  expect(await response.json()).toMatchObject({ error: { code: 'forbidden_for_key_type' } });
  await served.stop();
});
