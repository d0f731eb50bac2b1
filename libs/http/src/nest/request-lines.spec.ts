import { Writable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { AppError, RemoteError } from '#libs/kernel';
import { createLogger } from '#libs/observability';
import { aRecord } from '#libs/testing';
import { registerGuard } from '../access/guards.js';
import { createHttp } from './create-http.js';
import { createInternalHttp } from './internal-http.js';
import { lowestLoggedStatus, type LoggedRequests } from './request-lines.js';
import { Registry } from 'prom-client';
import { Health } from '../health.js';

interface Line {
  readonly level: string;
  readonly message: string;
  readonly trace_id?: string;
  readonly context: Readonly<Record<string, unknown>>;
}
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const user = { id: 'u-1', email: 'ada@example.com', is_super_admin: false };
const keys = { config: { access: { kind: 'keys', types: ['flags_server'] } } } as const;
const person = { config: { access: { kind: 'person', in: 'org' }, query: 'any' } } as const;

function aServer(logRequests?: LoggedRequests): { http: FastifyInstance; lines: Line[] } {
  const lines: Line[] = [];
  const destination = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(JSON.parse(chunk.toString()) as Line);
      done();
    },
  });
  const http = createHttp({ service: 'test', logger: createLogger({ service: 'test', destination }), logRequests });
  registerGuard(http, 'keys', (request) => {
    request.caller = { kind: 'key', record: aRecord({ id: 'k-1', org_id: 'o-1' }) };
  });
  registerGuard(http, 'person', (request) => {
    request.caller = { kind: 'person', user, sessionId: 's-1', expiresAt: 0 };
  });
  http.get('/hot/:what', keys, ({ params }) => answer((params as { what: string }).what));
  http.get('/cold/:what', person, ({ params }) => answer((params as { what: string }).what));
  return { http, lines };
}

function answer(what: string): object {
  if (what === 'crash') throw new Error('a defect');
  if (what === 'away') throw new AppError('store_unavailable', 'away', [], { cause: new Error('ECONNREFUSED') });
  if (what === 'full') throw new AppError('overloaded', 'full');
  if (what === 'remote') throw new RemoteError('internal', 'Something went wrong');
  if (what === 'missing') throw new AppError('flag_not_found', 'No such flag');
  return { what };
}

describe('the line of a request', () => {
  it('has ids, action, pattern, status, code and duration, and the trace of the caller', async () => {
    const { http, lines } = aServer();
    const headers = { 'x-request-id': 'r-1', traceparent: `00-${TRACE}-b7ad6b7169203331-01` };
    await http.inject({ url: '/cold/missing?note=ada@example.com', headers });

    expect(lines).toEqual([
      {
        level: 'info',
        timestamp: expect.any(String),
        service: 'test',
        trace_id: TRACE,
        message: 'request',
        context: {
          request_id: 'r-1',
          user_id: 'u-1',
          component: 'api',
          action: 'GET',
          operation: '/cold/:what',
          status: 404,
          code: 'flag_not_found',
          duration_ms: expect.any(Number),
        },
      },
    ]);
  });

  it.each<[LoggedRequests | undefined, string, readonly number[]]>([
    [undefined, '/hot', [500]],
    [undefined, '/cold', [200, 404, 500]],
    ['all', '/hot', [200, 404, 500]],
    ['errors', '/cold', [500]],
    ['off', '/cold', []],
  ])('is written with the setting %s on %s for %j', async (setting, path, statuses) => {
    const { http, lines } = aServer(setting);
    for (const what of ['fine', 'missing', 'crash']) await http.inject(`${path}/${what}`);

    expect(lines.filter(({ message }) => message === 'request').map(({ context }) => context['status'])).toEqual(
      statuses,
    );
  });

  it('is written for a path without a route, which it does not quote', async () => {
    const { http, lines } = aServer();
    await http.inject('/ada@example.com');

    expect(lines).toMatchObject([{ context: { operation: 'no route', status: 404 } }]);
    expect(JSON.stringify(lines)).not.toContain('ada');
  });

  it('names the organization and the key of a caller with an API key', async () => {
    const { http, lines } = aServer('all');
    await http.inject('/hot/fine');

    expect(lines).toMatchObject([{ context: { org_id: 'o-1', key_id: 'k-1' } }]);
  });

  it.each([
    ['probes', { uncounted: true }, 500],
    ['sign-in', {}, 0],
  ])('is written for %s from the status they need', (_what, config, lowest) => {
    expect(lowestLoggedStatus(undefined, { kind: 'public' }, config)).toBe(lowest);
  });
});

describe('the cause of a 5xx', () => {
  it.each([
    ['crash', 'error', 'a defect'],
    ['away', 'warn', 'away'],
  ])('is one line with the request id: %s', async (what, level, message) => {
    const { http, lines } = aServer('off');
    await http.inject({ url: `/hot/${what}`, headers: { 'x-request-id': 'r-2' } });

    expect(lines).toMatchObject([{ level, context: { request_id: 'r-2', err: { message } } }]);
  });

  it.each(['full', 'remote', 'missing'])(
    'is no line where there is none, or another service wrote it: %s',
    async (what) => {
      const { http, lines } = aServer('off');
      await http.inject(`/hot/${what}`);

      expect(lines).toEqual([]);
    },
  );
});

describe('the internal port', () => {
  const logger = createLogger({ service: 'test', level: 'silent' });
  const health = new Health();

  it('answers metrics and version instead of the public port', async () => {
    const registry = new Registry();
    const outside = createHttp({ service: 'test', logger, health, registry, isInternalElsewhere: true });
    const inside = createInternalHttp({ service: 'test', version: '1.2.3', logger, health, registry });
    const statuses = async (http: FastifyInstance) =>
      Promise.all(
        ['/livez', '/readyz', '/metrics', '/version'].map(async (url) => (await http.inject(url)).statusCode),
      );

    expect(await statuses(outside)).toEqual([200, 200, 404, 404]);
    expect(await statuses(inside)).toEqual([200, 200, 200, 200]);
    expect((await inside.inject('/metrics')).body).toContain('loom_http_request_duration_seconds_count');
    expect((await inside.inject('/version')).json()).toMatchObject({ version: '1.2.3' });
  });
});
