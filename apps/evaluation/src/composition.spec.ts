import { gunzipSync } from 'node:zlib';
import { PLATFORM, type KeyRecord, type KeyType } from '#libs/contracts';
import { type GeoSettings, StreamTokens } from '#libs/edge';
import { createHttp } from '#libs/http';
import { Secret } from '#libs/kernel';
import { createLogger } from '#libs/observability';
import { CountingIds, FixedClock, InMemoryPublisher, ManualRulesets } from '#libs/testing';
import { aFlag, DEV } from './application/flag.spec-support.js';
import { composeEvaluation } from './composition.js';
import { evaluationHandlers } from './rpc/evaluations.handlers.js';

const { EPOCH } = ManualRulesets;
const logger = createLogger({ service: 'test', level: 'silent' });
const aRecord = (key_type: KeyType): KeyRecord => ({
  id: 'k1',
  lookup_id: 'a1b2c3d4e5f6',
  key_hash: '',
  key_type,
  org_id: 'o1',
  environment: DEV,
  allowed_origins: [],
});

/** The service with two flags, behind an HTTP server that admits one key. */
function serve(keyType: KeyType = 'flags_server', geo?: GeoSettings) {
  let record = aRecord(keyType);
  const reader = new ManualRulesets();
  const clock = new FixedClock(new Date(reader.confirmedAt));
  const [publisher, ids] = [new InMemoryPublisher(), new CountingIds()];
  const tokens = new StreamTokens(new Secret('a secret of sixteen'), clock);
  const evaluation = composeEvaluation({ reader, tokens, publisher, clock, ids, logger, source: 'evaluation', geo });
  const http = createHttp({
    service: 'test',
    logger,
    trustProxy: ['127.0.0.1'],
    guards: { keys: (request) => void (request.caller = { kind: 'key', record }) },
  });
  for (const routes of evaluation.routes) routes.register(http);
  reader.put('o1', aFlag('a.flag'), aFlag('b.flag', { enabled: false }));
  reader.renew(PLATFORM, EPOCH);
  const post = (url: string, payload: object, headers: Record<string, string> = {}) =>
    http.inject({ method: 'POST', url, payload, headers });
  /** Later requests come with another key. */
  const as = (other: Partial<KeyRecord>) => (record = { ...record, ...other });
  return { reader, clock, evaluation, http, post, as };
}

describe('native evaluation', () => {
  const PATH = '/api/flags/evaluate';

  it('answers all flags with their values, the version and the time', async () => {
    const { post } = serve();
    const response = await post(PATH, { context: {} });

    expect(response.statusCode).toBe(200);
    expect(response.headers['loom-version']).toBe(`${EPOCH}.1.1`);
    expect(response.json()).toEqual({
      results: [
        { flag_key: 'a.flag', variant: 'on', value: true, reason: { type: 'strategy', rule_id: 'r1' }, version: 2 },
        { flag_key: 'b.flag', variant: 'off', value: false, reason: { type: 'disabled' }, version: 2 },
      ],
      evaluated_at: '2025-12-31T23:59:53.000Z',
      version: `${EPOCH}.1.1`,
    });
  });

  it('answers one flag, and 404 for an unknown one', async () => {
    const { post } = serve();

    expect((await post(`${PATH}/a.flag`, { context: {} })).json()).toMatchObject({ flag_key: 'a.flag', value: true });
    expect((await post(`${PATH}/no.flag`, { context: {} })).json()).toMatchObject({
      error: { code: 'flag_not_found' },
    });
  });

  it('shows client keys the type of a reason only, and no trace', async () => {
    const { post } = serve('flags_client');
    const { results } = (await post(PATH, { context: {}, flags: ['a.flag'] })).json<{ results: object[] }>();

    expect(results).toMatchObject([{ reason: { type: 'strategy' } }]);
    expect(JSON.stringify(results)).not.toContain('r1');
    expect((await post(`${PATH}?explain=true`, { context: {} })).json()).toMatchObject({
      error: { code: 'forbidden_for_key_type' },
    });
  });

  it('adds a trace for server keys on request', async () => {
    const { post } = serve();

    for (const path of [PATH, `${PATH}/a.flag`]) {
      expect((await post(`${path}?explain=true`, { context: {}, flags: ['a.flag'] })).body).toContain('"trace":[');
    }
  });

  it('marks an answer as stale when the wanted version is not reached, or not confirmed for 5 s', async () => {
    const { post, reader, clock } = serve();
    reader.reach = () => Promise.resolve(false);
    const headers = { 'loom-min-version': `${EPOCH}.1.9` };

    expect((await post(PATH, { context: {} }, headers)).json()).toMatchObject({ stale: true });
    expect((await post(`${PATH}/a.flag`, { context: {} }, headers)).json()).toMatchObject({ stale: true });
    clock.advance(6_000);
    const unconfirmed = (await post(PATH, { context: {} })).json<object>();
    expect(unconfirmed).toMatchObject({ stale_seconds: 6 });
    expect(unconfirmed).not.toHaveProperty('stale');
  });

  it.each([
    ['an unknown field', { context: {}, flag: [] }, 'unknown_field'],
    ['a list', [], 'invalid_type'],
    ['no context', {}, 'invalid_context'],
    ['another environment', { context: { environment: 'prod' } }, 'environment_mismatch'],
  ])('refuses a body with %s', async (_what, body, code) => {
    expect((await serve().post(PATH, body)).json()).toMatchObject({ error: { code } });
  });

  it('counts what it serves', async () => {
    const { post, evaluation } = serve();
    await post(PATH, { context: {} });
    await post(`${PATH}/a.flag`, { context: {} });

    expect(evaluation.counts.take().map(({ flagKey, count }) => [flagKey, count])).toEqual([
      ['a.flag', 2],
      ['b.flag', 1],
    ]);
  });
});

describe('OFREP evaluation', () => {
  const PATH = '/ofrep/v1/evaluate/flags';
  const body = { context: { targetingKey: 'u1' } };

  it('answers all flags with an ETag and the address of a stream', async () => {
    const { post } = serve();
    const response = await post(PATH, body);

    expect(response.headers['etag']).toMatch(/^"0000000a1\.1\.1-/);
    expect(response.json()).toMatchObject({
      flags: [
        { key: 'a.flag', value: true, variant: 'on' },
        { key: 'b.flag', reason: 'DISABLED' },
      ],
      eventStreams: [{ endpoint: { requestUri: expect.stringMatching(/^\/ofrep\/v1\/stream\?token=s1\./) as string } }],
      metadata: { version: `${EPOCH}.1.1` },
    });
  });

  it('answers 304 for the same ETag, unless the wanted version is not reached', async () => {
    const { post, reader } = serve();
    const headers = { 'if-none-match': String((await post(PATH, body)).headers['etag']) };

    expect((await post(PATH, body, headers)).statusCode).toBe(304);
    expect((await post(PATH, { context: { targetingKey: 'u1', plan: 'pro' } }, headers)).statusCode).toBe(200);
    reader.reach = () => Promise.resolve(false);
    expect((await post(`${PATH}?flagConfigEtag="${EPOCH}.1.9"`, body, headers)).statusCode).toBe(200);
  });

  it.each([
    ['%zz', 400, 'PARSE_ERROR', '%zz'],
    ['%E0%A4%A', 400, 'PARSE_ERROR', '%E0%A4%A'],
    ['a%', 400, 'PARSE_ERROR', 'a%'],
    ['a/b', 404, 'FLAG_NOT_FOUND', 'a/b'],
    ['a.flag/', 404, 'FLAG_NOT_FOUND', 'a.flag/'],
    ['/a.flag', 404, 'FLAG_NOT_FOUND', '/a.flag'],
    [`${'x'.repeat(400)}?a=b`, 414, 'PARSE_ERROR', 'x'.repeat(300)],
  ])('answers OFREP errors for the path …/%s', async (path, status, errorCode, key) => {
    const response = await serve().post(`${PATH}/${path}`, body);

    expect([response.statusCode, response.json()]).toEqual([
      status,
      { key, errorCode, errorDetails: expect.stringMatching(/\(request .+\)$/) as string },
    ]);
  });

  it('answers one flag, and OFREP errors for an unknown flag and a wrong context', async () => {
    const { post } = serve();

    expect((await post(`${PATH}/a.flag`, body)).json()).toMatchObject({ key: 'a.flag', value: true });
    const unknown = await post(`${PATH}/no.flag`, body);
    expect([unknown.statusCode, unknown.json<object>()]).toMatchObject([404, { errorCode: 'FLAG_NOT_FOUND' }]);
    const wrong = await post(`${PATH}/a.flag`, { context: [] });
    expect([wrong.statusCode, wrong.json<object>()]).toMatchObject([
      400,
      { key: 'a.flag', errorCode: 'INVALID_CONTEXT' },
    ]);
  });
});

describe('the ruleset download', () => {
  const URL = '/api/flags/ruleset';

  it('contains the documents of the environment, with 304 for the same version', async () => {
    const { http } = serve();
    const response = await http.inject(URL);

    expect(response.json()).toMatchObject({
      version: `${EPOCH}.1.1`,
      organization: [{ key: 'a.flag' }, { key: 'b.flag' }],
    });
    const headers = { 'if-none-match': String(response.headers['etag']) };
    expect((await http.inject({ url: URL, headers })).statusCode).toBe(304);
  });

  it('is compressed for clients that accept gzip', async () => {
    const { http } = serve();
    const [plain, zipped] = await Promise.all([
      http.inject(URL),
      http.inject({ url: URL, headers: { 'accept-encoding': 'gzip' } }),
    ]);

    expect(zipped.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(zipped.rawPayload).toString()).toBe(plain.body);
  });
});

it('the RPC handler refuses a request without an origin', async () => {
  const [handler] = evaluationHandlers(serve().evaluation);
  const command = { environment: DEV, context: {} };

  await expect(handler!.answer({ command })).rejects.toMatchObject({ code: 'unauthenticated' });
});

describe('an ETag', () => {
  const PROD = { id: 'e2', name: 'prod' };
  const context = { context: { targetingKey: 'u1' } };
  const routes = [
    ['POST', '/api/flags/evaluate', { context: { user_id: 'u1' } }],
    ['POST', '/ofrep/v1/evaluate/flags', context],
    ['GET', '/api/flags/ruleset', undefined],
  ] as const;
  const other = [
    ['another environment', { environment: PROD }],
    ['another kind of key', { key_type: 'flags_client' as const }],
  ] as const;

  describe.each(routes)('of %s %s', (method, url, payload) => {
    const ask = (http: ReturnType<typeof serve>['http'], headers = {}) =>
      http.inject({ method, url, payload, headers });

    it.each(other)('is never that of %s', async (_what, change) => {
      const { http, as } = serve();
      const held = { 'if-none-match': String((await ask(http)).headers['etag']) };
      expect((await ask(http, held)).statusCode).toBe(304);

      as(change);

      const answer = await ask(http, held);
      expect(answer.statusCode).toBe(200);
      expect(answer.headers['etag']).not.toBe(held['if-none-match']);
    });

    it('comes with a Vary that names the credentials, on a 304 too', async () => {
      const { http } = serve();
      const first = await ask(http);
      const second = await ask(http, { 'if-none-match': String(first.headers['etag']) });

      for (const { headers } of [first, second]) expect(headers['vary']).toContain('Authorization, X-API-Key');
    });
  });

  it('of a native answer depends on the context, the flags asked for and the explanation', async () => {
    const { post } = serve();
    const asks = [{ user_id: 'u1' }, { user_id: 'u2' }].map((one) => post('/api/flags/evaluate', { context: one }));
    const some = post('/api/flags/evaluate', { context: { user_id: 'u1' }, flags: ['a.flag'] });
    const explained = post('/api/flags/evaluate?explain=true', { context: { user_id: 'u1' } });

    const etags = (await Promise.all([...asks, some, explained])).map(({ headers }) => headers['etag']);

    expect(new Set(etags).size).toBe(4);
  });
});

describe('the place of a client', () => {
  const geo = { headers: new Map([['country', 'cf-ipcountry'] as const]) };
  const bodies = [
    ['/api/flags/evaluate', { context: { geo: { country: 'XX' } } }],
    ['/ofrep/v1/evaluate/flags', { context: { geo: { country: 'XX' } } }],
  ] as const;
  const from = (country: string, more = {}) => ({ 'x-forwarded-for': '81.2.69.1', 'cf-ipcountry': country, ...more });

  it.each(bodies)('is part of the ETag of %s, as the server knows it', async (url, body) => {
    const { post, as } = serve('flags_client', geo);
    const etags = await Promise.all(
      ['DE', 'DE', 'FR'].map(async (country) => (await post(url, body, from(country))).headers['etag']),
    );

    expect(etags[1]).toBe(etags[0]);
    expect(etags[2]).not.toBe(etags[0]);
    as({ key_type: 'flags_server' });
    const sent = await Promise.all(['DE', 'FR'].map((country) => post(url, body, from(country))));
    expect(sent[1]!.headers['etag']).toBe(sent[0]!.headers['etag']);
  });

  it('decides conditions over OFREP', async () => {
    const { post, reader } = serve('flags_client', geo);
    const conditions = [{ geo: 'country', operator: 'in', values: ['DE'] } as const];
    reader.put('o1', aFlag('a.flag', { conditions }));
    const valueFrom = async (headers: Record<string, string>) =>
      (await post('/ofrep/v1/evaluate/flags/a.flag', { context: { geo: { country: 'DE' } } }, headers)).json<object>();

    expect(await valueFrom(from('DE'))).toMatchObject({ value: true });
    expect(await valueFrom(from('FR'))).toMatchObject({ value: false });
    expect(await valueFrom({ 'cf-ipcountry': 'DE' })).toMatchObject({ value: false });
  });
});
