import { Writable } from 'node:stream';
import { Body, Controller, Get, HttpException, Module, Param, Post, type Type } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { AppError } from '#libs/kernel';
import { createLogger } from '#libs/observability';
import { AccessMissing, registerGuard, routeTable } from '../access/guards.js';
import { createHttp } from './create-http.js';
import { EmptyBody, Person, Public } from '../access/access-decorators.js';
import { mountNest } from './mount-nest.js';
import { param } from '../input/query.js';
import { QueryParams } from '../input/query-params.js';

@Controller('api/things')
@Person({ in: 'org' })
class Things {
  @Get(':key')
  get(@Param('key') key: string, @QueryParams({ archived: param.flag }) query: { archived?: boolean }): object {
    if (key === 'crash') throw new Error('the secret plan');
    if (key === 'http') throw new HttpException('teapots only', 418);
    if (key === 'known') throw new AppError('flag_not_found', 'No such thing');
    if (key === 'busy') throw new AppError('overloaded', 'Come again', [{ message: 'later', retry_after: 7 }]);
    return { key, version: 7, ...query };
  }

  @Post()
  create(@Body() body: object): object {
    return body;
  }

  @Post('touch')
  @EmptyBody()
  touch(@Body() body: object): object {
    return body;
  }

  @Public()
  @Get('open/door')
  open(): object {
    return { open: true };
  }
}

@Controller('forgotten')
class Forgotten {
  @Get()
  get(): string {
    return 'readable without access';
  }
}

async function started(controllers: Type[] = [Things]): Promise<{ http: FastifyInstance; lines: string[] }> {
  @Module({ controllers })
  class App {}
  const lines: string[] = [];
  const destination = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(chunk.toString());
      done();
    },
  });
  const logger = createLogger({ service: 'test', destination });
  const http = createHttp({ service: 'test', logger });
  const guarded = (authorization: string | undefined): void => {
    if (authorization !== 'Bearer good') throw new AppError('unauthenticated', 'Sign in');
  };
  registerGuard(http, 'person', (request) => guarded(request.headers.authorization));
  registerGuard(http, 'keys', async (request) => guarded(request.headers.authorization));
  http.post('/api/raw', { config: { access: { kind: 'keys', types: ['flags_server'] } } }, (request) => request.body);
  http.get('/api/raw', { config: { access: { kind: 'keys', types: ['flags_server'] } } }, () => {
    throw new Error('the secret plan');
  });
  const app = await mountNest(http, App, logger);
  await app.init();
  await http.ready();
  return { http, lines };
}

const good = { authorization: 'Bearer good' };
const json = { ...good, 'content-type': 'application/json' };

describe('Nest on createHttp', () => {
  let http: FastifyInstance;
  let lines: string[];
  beforeAll(async () => ({ http, lines } = await started()));
  afterAll(() => http.close());
  const ask = (method: string, url: string, headers: Record<string, string> = good, payload?: string | Buffer) =>
    http.inject({ method: method as 'GET', url, headers, ...(payload !== undefined && { payload }) });

  it.each([
    ['an expected failure of a controller', 'GET', '/api/things/known', good, undefined, 404, 'flag_not_found'],
    ['a Nest exception', 'GET', '/api/things/http', good, undefined, 400, 'bad_request'],
    ['a crash of a controller', 'GET', '/api/things/crash', good, undefined, 500, 'internal'],
    ['a crash of a raw route', 'GET', '/api/raw', good, undefined, 500, 'internal'],
    ['the router', 'GET', '/api/nowhere', good, undefined, 404, 'not_found'],
    ['the router, without a credential', 'GET', '/api/nowhere', {}, undefined, 404, 'not_found'],
    ['the router, whatever the body', 'POST', '/api/nowhere', json, '{"a":', 404, 'not_found'],
    ['the router, whatever its type', 'POST', '/api/nowhere', { 'content-type': 'x' }, 'x', 404, 'not_found'],
    ['the router, for a broken path', 'GET', '/api/things/%zz', good, undefined, 400, 'bad_request'],
    ['the router, for a long part', 'GET', `/api/things/${'x'.repeat(301)}`, good, undefined, 414, 'uri_too_long'],
    ['the guard of a controller', 'GET', '/api/things/a', {}, undefined, 401, 'unauthenticated'],
    ['the guard of a raw route', 'POST', '/api/raw', {}, '{}', 401, 'unauthenticated'],
    ['the parser, for a controller', 'POST', '/api/things', json, '{"a":1,"a":2}', 400, 'duplicate_key'],
    ['the parser, for a raw route', 'POST', '/api/raw', json, '{"__proto__":{}}', 400, 'forbidden_key'],
    [
      'the parser, for another type',
      'POST',
      '/api/things',
      { ...good, 'content-type': 'text/plain' },
      'x',
      415,
      'unsupported_media_type',
    ],
    ['the parser, for no type', 'POST', '/api/things', good, 'x', 415, 'unsupported_media_type'],
    [
      'the parser, for a form',
      'POST',
      '/api/things',
      { ...good, 'content-type': 'application/x-www-form-urlencoded' },
      'a=1',
      415,
      'unsupported_media_type',
    ],
    [
      'the parser, for an encoding',
      'POST',
      '/api/things',
      { ...json, 'content-encoding': 'br' },
      '{}',
      415,
      'unsupported_encoding',
    ],
    ['the body limit', 'POST', '/api/things', json, `{"a":"${'x'.repeat(1_048_576)}"}`, 413, 'body_too_large'],
    ['no body', 'POST', '/api/things', good, undefined, 400, 'empty_body'],
    ['an empty body', 'POST', '/api/things', json, '', 400, 'empty_body'],
    ['an unknown query parameter', 'GET', '/api/things/a?sort=1', good, undefined, 400, 'unknown_field'],
    ['an unknown query parameter of a raw route', 'POST', '/api/raw?sort=1', json, '{}', 400, 'unknown_field'],
    ['a wrong query parameter', 'GET', '/api/things/a?archived=ja', good, undefined, 400, 'invalid_type'],
    ['a long URL', 'GET', `/api/things/a?${'x'.repeat(8_192)}`, good, undefined, 414, 'uri_too_long'],
    [
      'a key in the URL',
      'GET',
      `/api/nowhere?k=loom_flags_server_x_${'0'.repeat(40)}`,
      {},
      undefined,
      401,
      'key_in_url',
    ],
  ] as const)(
    'answers errors from %s with the envelope',
    async (...[, method, url, headers, payload, status, code]) => {
      const answer = await ask(method, url, { ...headers, 'x-request-id': 'mine-1' }, payload);

      expect([answer.statusCode, answer.headers['x-request-id']]).toEqual([status, 'mine-1']);
      expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
      expect(answer.json()).toEqual({
        error: { code, message: expect.any(String), details: expect.any(Array), request_id: 'mine-1' },
      });
      expect(answer.body).not.toContain('secret plan');
    },
  );

  it('logs an unexpected error once, with stack and request id, and no expected error', async () => {
    lines.length = 0;
    await ask('GET', '/api/things/crash', { ...good, 'x-request-id': 'crash-1' });
    await ask('GET', '/api/things/known');

    expect(lines.filter((line) => line.includes('"error"'))).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'error',
      context: { request_id: 'crash-1', err: { message: 'the secret plan', stack: expect.stringContaining('at ') } },
    });
  });

  it('creates a request id when there is none or an unsafe one', async () => {
    const answer = await ask('GET', '/api/things/a', { ...good, 'x-request-id': 'a b\u00e9' });
    expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  });

  it('answers a resource with its ETag and with the security headers', async () => {
    const answer = await ask('GET', '/api/things/a?archived=true');

    expect(answer.json()).toEqual({ key: 'a', version: 7, archived: true });
    expect(answer.headers).toMatchObject({
      etag: '"7"',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
  });

  it('sends Retry-After with a 503', async () => {
    expect((await ask('GET', '/api/things/busy')).headers['retry-after']).toBe('7');
  });

  it('accepts a POST without a body on routes with @EmptyBody', async () => {
    expect((await ask('POST', '/api/things/touch')).json()).toEqual({});
    expect((await ask('POST', '/api/things/touch', json, '')).json()).toEqual({});
  });

  it.each([
    'HEAD /api/things/a',
    'GET //api/things/a',
    'GET /api/things/a/',
    'GET /API/things/a',
    'GET /api/%74hings/a',
    'GET /api/things/a;x',
    'GET http://x/api/things/a',
    'OPTIONS /api/things/a',
  ])('does not skip the guard for %s', async (line) => {
    const [method = '', url = ''] = line.split(' ');
    expect([401, 404, 405]).toContain((await ask(method, url, {})).statusCode);
  });

  it('guards the HEAD route of a controller and answers it', async () => {
    expect((await ask('HEAD', '/api/things/a', {})).statusCode).toBe(401);
    expect((await ask('HEAD', '/api/things/a')).statusCode).toBe(200);
  });

  it('lists every route with its access', () => {
    const rows = routeTable(http).map(({ method, url, access }) => `${method} ${url} ${access.kind}`);
    expect(rows).toEqual(
      expect.arrayContaining([
        'GET /api/things/:key person',
        'HEAD /api/things/:key person',
        'POST /api/raw keys',
        'GET /api/things/open/door public',
        'GET /livez public',
      ]),
    );
  });

  it('counts answers by route pattern and status', async () => {
    const metrics = (await ask('GET', '/metrics', {})).body;
    expect(metrics).toMatch(
      /loom_http_request_duration_seconds_count\{method="GET",route="\/api\/things\/:key",status="500"\} [1-9]/,
    );
  });

  it('refuses to start when a controller declares no access', async () => {
    await expect(started([Things, Forgotten])).rejects.toThrow(AccessMissing);
  });
});
