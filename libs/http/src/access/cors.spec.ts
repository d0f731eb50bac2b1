import type { FastifyInstance } from 'fastify';
import type { KeyRecord } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import { createLogger } from '#libs/observability';
import { createHttp } from '../nest/create-http.js';
import { sdkCors } from './cors.js';
import { registerGuard } from './guards.js';

const page = 'https://app.example.com';

function withKey(record?: Partial<KeyRecord>): FastifyInstance {
  const http = createHttp({ service: 'test', logger: createLogger({ service: 'test', level: 'silent' }) });
  registerGuard(http, 'keys', (request) => {
    if (record === undefined) throw new AppError('invalid_key', 'No such key');
    request.caller = {
      kind: 'key',
      record: { key_type: 'flags_client', allowed_origins: [], ...record } as unknown as KeyRecord,
    };
  });
  http.post(
    '/x',
    { config: { access: { kind: 'keys', types: ['flags_client'] }, cors: true, emptyBody: true } },
    () => 'ok',
  );
  sdkCors(http, '/x');
  return http;
}
const ask = (http: FastifyInstance, origin?: string) =>
  http.inject({ method: 'POST', url: '/x', headers: origin === undefined ? {} : { origin } });

describe('CORS of SDK routes', () => {
  it('answers a preflight of any origin, without credentials', async () => {
    const headers = { origin: page, 'access-control-request-method': 'POST' };
    const answer = await withKey().inject({ method: 'OPTIONS', url: '/x', headers });

    expect(answer.statusCode).toBe(204);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': page,
      'access-control-allow-methods': 'POST, OPTIONS, GET',
      'access-control-allow-headers': expect.stringContaining('authorization, content-type, if-none-match, x-api-key'),
    });
    expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');
  });

  it('allows the headers that a preflight asks for: valid names, at most 50', async () => {
    const preflight = async (asked: string) => {
      const headers = { origin: page, 'access-control-request-headers': asked };
      const answer = await withKey().inject({ method: 'OPTIONS', url: '/x', headers });
      return String(answer.headers['access-control-allow-headers']);
    };

    const traced = 'traceparent, tracestate,baggage, sentry-trace, cache-control, x-own';
    expect((await preflight(traced)).split(', ')).toEqual(traced.split(/, ?/));
    expect(await preflight('good, b@d, two words, , x:y, ok')).toBe('good, ok');
    const many = Array.from({ length: 60 }, (_, n) => `x-${n}`);
    expect((await preflight(many.join(','))).split(', ')).toEqual(many.slice(0, 50));
  });

  it.each([[['https://*.example.com']], [[page]], [[]]])(
    'accepts a page when the list of origins is %j',
    async (origins) => {
      const answer = await ask(withKey({ allowed_origins: origins }), page);

      expect(answer.statusCode).toBe(200);
      expect(answer.headers).toMatchObject({ 'access-control-allow-origin': page, vary: 'Origin' });
    },
  );

  it.each(['https://app.example.com.evil.org', 'http://app.example.com', 'null', 'https://a.b.example.com'])(
    'refuses the origin %s',
    async (origin) => {
      const answer = await ask(withKey({ allowed_origins: [page, 'https://*.example.com'] }), origin);

      expect(answer.statusCode).toBe(403);
      expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
    },
  );

  it('does not let a page read the answer to a server key', async () => {
    expect((await ask(withKey({ key_type: 'flags_server' }), page)).headers).not.toHaveProperty(
      'access-control-allow-origin',
    );
  });

  it('lets a page read the 401 for a wrong key', async () => {
    const answer = await ask(withKey(), page);
    expect([answer.statusCode, answer.headers['access-control-allow-origin']]).toEqual([401, page]);
  });

  it('sends no CORS headers to callers without an origin', async () => {
    expect((await ask(withKey({ allowed_origins: [page] }))).headers).not.toHaveProperty('access-control-allow-origin');
  });
});
