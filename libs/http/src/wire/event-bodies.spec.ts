import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import type { KeyRecord, KeyType } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import { createHttp } from '../nest/create-http.js';
import { useEventBodies } from './body-parsers.js';
import type { KeyCheck } from '#libs/api-keys';
import { keysGuard } from '#libs/edge';
import { createLogger } from '#libs/observability';

const LIMITS = { bodyBytes: 512 * 1024, beaconBytes: 1_024 };
const PAGE = 'https://app.example.com';

/** A route that accepts events and returns its body; an API key is `loom_` and its type. */
function anIntake(perSecond = 0): FastifyInstance {
  const check = {
    revoked: () => undefined,
    check: (key: string) => {
      if (!key.startsWith('loom_')) throw new AppError('invalid_key', 'The API key is not valid');
      const key_type = key.slice('loom_'.length) as KeyType;
      return { id: key, key_type, org_id: 'o1', allowed_origins: [PAGE] } as unknown as KeyRecord;
    },
  };
  const http = createHttp({
    service: 'test',
    logger: createLogger({ service: 'test', level: 'silent' }),
    guards: { keys: keysGuard(check as unknown as KeyCheck) },
    keyLimits: { evaluation: 0, streams: 0, capture: perSecond },
  });
  const access = { kind: 'keys', types: ['analytics_write', 'analytics_rw'], beacon: true } as const;
  void http.register(async (own) => {
    useEventBodies(own as unknown as FastifyInstance, LIMITS);
    own.post('/api/analytics/x', { config: { access, cors: true } }, (request) => ({ got: request.body }));
  });
  return http;
}

const json = { authorization: 'Bearer loom_analytics_write', 'content-type': 'application/json' };
const zipped = { ...json, 'content-encoding': 'gzip' };
const beacon = { 'content-type': 'text/plain;charset=UTF-8', origin: PAGE };

async function post(http: FastifyInstance, headers: Record<string, string>, payload: string | Buffer) {
  const answer = await http.inject({ method: 'POST', url: '/api/analytics/x', headers, payload });
  const body = answer.json<{ got?: unknown; error?: { code: string } }>();
  return { status: answer.statusCode, code: body.error?.code, got: body.got, headers: answer.headers };
}

describe('bodies with events', () => {
  it('are parsed to the same value with gzip and without', async () => {
    const http = anIntake();
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue()), async (body) => {
        const text = JSON.stringify(body);
        const plain = await post(http, json, text);
        const opened = await post(http, zipped, gzipSync(text));
        expect([opened.status, opened.code, opened.got]).toEqual([plain.status, plain.code, plain.got]);
      }),
      { numRuns: 100 },
    );
  });

  it.each<[string, Record<string, string>, string | Buffer, number, string | undefined]>([
    ['no gzip', zipped, '{}', 400, 'bad_gzip'],
    ['half of a gzip', zipped, gzipSync('{"a":1}').subarray(0, 15), 400, 'bad_gzip'],
    ['no bytes', zipped, '', 400, 'bad_gzip'],
    ['garbage behind a gzip', zipped, Buffer.concat([gzipSync('{}'), Buffer.from('garbage!')]), 400, 'bad_gzip'],
    ['zeros behind a gzip', zipped, Buffer.concat([gzipSync('{}'), Buffer.alloc(8)]), 400, 'bad_gzip'],
    ['two members of a gzip', zipped, Buffer.concat([gzipSync('{"a"'), gzipSync(':1}')]), 200, undefined],
    ['X-Gzip', { ...json, 'content-encoding': 'X-Gzip' }, gzipSync('{}'), 200, undefined],
    ['gzip of no JSON', zipped, gzipSync('{'), 400, 'invalid_json'],
    ['gzip of nothing', zipped, gzipSync(''), 400, 'empty_body'],
    ['brotli', { ...json, 'content-encoding': 'br' }, '{}', 415, 'unsupported_encoding'],
    [
      'gzip twice',
      { ...json, 'content-encoding': 'gzip, gzip' },
      gzipSync(gzipSync('{}')),
      415,
      'unsupported_encoding',
    ],
    ['identity', { ...json, 'content-encoding': 'identity' }, '{}', 200, undefined],
    ['more than the limit', json, `{"a":"${'x'.repeat(LIMITS.bodyBytes)}"}`, 413, 'body_too_large'],
    ['a bomb', zipped, gzipSync(Buffer.alloc(50 * 1_048_576, 0x20)), 413, 'body_too_large'],
    [
      'a bomb that lies',
      zipped,
      Buffer.concat([gzipSync(Buffer.alloc(50 * 1_048_576)), gzipSync('{}')]),
      413,
      'body_too_large',
    ],
    ['more than 100 times its size', zipped, gzipSync(`{"a":"${'x'.repeat(200_000)}"}`), 413, 'body_too_large'],
    ['equal events, zipped well', zipped, gzipSync(`{"a":"${'x'.repeat(60_000)}"}`), 200, undefined],
    ...['utf-16', '"UTF-16LE"', 'iso-8859-1', '', 'utf-8; charset=utf-16'].map(
      (charset): [string, Record<string, string>, string, number, string] => [
        `JSON in the charset ${charset}`,
        { ...json, 'content-type': `application/json; charset=${charset}` },
        '{}',
        415,
        'unsupported_media_type',
      ],
    ),
    ...['utf-8', '"UTF-8"', 'utf8', 'us-ascii'].map(
      (charset): [string, Record<string, string>, string, number, undefined] => [
        `JSON in the charset ${charset}`,
        { ...json, 'content-type': `application/json;charset=${charset}` },
        '{}',
        200,
        undefined,
      ],
    ),
    ['text with Authorization', { ...json, 'content-type': 'text/plain' }, '{}', 415, 'unsupported_media_type'],
    ['a form', { ...json, 'content-type': 'application/x-www-form-urlencoded' }, 'a=1', 415, 'unsupported_media_type'],
    [
      'a key in JSON',
      { 'content-type': 'application/json' },
      '{"api_key":"loom_analytics_write"}',
      401,
      'unauthenticated',
    ],
  ])('%s', async (_what, headers, payload, status, code) => {
    const answer = await post(anIntake(), headers, payload);

    expect([answer.status, answer.code]).toEqual([status, code]);
  });
});

describe('a damaged gzip', () => {
  const whole = gzipSync(
    JSON.stringify({ batch: Array.from({ length: 50 }, (_, id) => ({ id, text: `é ${id ** 7}` })) }),
  );

  it('is bad_gzip wherever it was cut off', async () => {
    const http = anIntake();
    const cuts = Array.from({ length: whole.length - 1 }, (_, at) => whole.subarray(0, at + 1));
    const answers = await Promise.all(cuts.map((cut) => post(http, zipped, cut)));

    expect(new Set(answers.map(({ status, code }) => `${status} ${code}`))).toEqual(new Set(['400 bad_gzip']));
  });

  it('is bad_gzip whatever stands behind it', async () => {
    const http = anIntake();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 17 }), async (garbage) => {
        const { status, code } = await post(http, zipped, Buffer.concat([whole, garbage]));
        expect([status, code]).toEqual([400, 'bad_gzip']);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a beacon', () => {
  it('carries the key in its body, and lets the page read the answer', async () => {
    const answer = await post(anIntake(), beacon, '{"api_key":"loom_analytics_write","a":1}');

    expect([answer.status, answer.got]).toEqual([200, { a: 1 }]);
    expect(answer.headers['access-control-allow-origin']).toBe(PAGE);
  });

  it.each<[string, Record<string, string>, string, number, string]>([
    ['without a key', beacon, '{"a":1}', 401, 'unauthenticated'],
    ['that is a list', beacon, '[1]', 401, 'unauthenticated'],
    ['whose key is no text', beacon, '{"api_key":{"a":1}}', 401, 'unauthenticated'],
    ['with a wrong key', beacon, '{"api_key":"x"}', 401, 'invalid_key'],
    ['with a key that reads', beacon, '{"api_key":"loom_analytics_rw"}', 403, 'forbidden_for_key_type'],
    ['with a flags key', beacon, '{"api_key":"loom_flags_client"}', 403, 'forbidden_for_key_type'],
    [
      'from elsewhere',
      { ...beacon, origin: 'https://evil.example' },
      '{"api_key":"loom_analytics_write"}',
      403,
      'forbidden',
    ],
    ['over its limit', beacon, `{"api_key":"loom_analytics_write","a":"${'x'.repeat(1_024)}"}`, 413, 'body_too_large'],
    ['that is empty', beacon, '', 400, 'empty_body'],
    [
      'in another charset',
      { ...beacon, 'content-type': 'text/plain;charset=utf-16' },
      '{"api_key":"loom_analytics_write"}',
      415,
      'unsupported_media_type',
    ],
    [
      'of another type',
      { 'content-type': 'text/plainer' },
      '{"api_key":"loom_analytics_write"}',
      415,
      'unsupported_media_type',
    ],
  ])('%s is refused', async (_what, headers, payload, status, code) => {
    const answer = await post(anIntake(), headers, payload);

    expect([answer.status, answer.code]).toEqual([status, code]);
  });

  it('counts towards the limit of its key', async () => {
    const http = anIntake(1);
    const ask = () => post(http, beacon, '{"api_key":"loom_analytics_write"}');

    expect([(await ask()).status, (await ask()).status]).toEqual([200, 429]);
  });
});
