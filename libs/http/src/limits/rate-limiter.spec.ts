import type { FastifyInstance } from 'fastify';
import { Redis } from 'ioredis';
import { AppError } from '#libs/kernel';
import { createLogger } from '#libs/observability';
import type { PersonCaller } from '../access/access.js';
import { registerGuard, registerRateLimiter } from '../access/guards.js';
import { createHttp } from '../nest/create-http.js';
import { RateLimit } from './rate-limit.js';
import { RateLimiter, type RateLimits } from './rate-limiter.js';

/** A limit without Redis: the process enforces it in memory. */
const limitOf = (capacity: number): RateLimit => {
  const redis = new Redis({ lazyConnect: true });
  return new RateLimit(redis, { name: 'test', kind: 'window', capacity, seconds: 60, instances: 1 });
};

/** `authorization` is the id of the person; without it a person is refused. */
function aServer(limits: RateLimits): FastifyInstance {
  const logger = createLogger({ service: 'test', level: 'silent' });
  const http = createHttp({ service: 'test', logger, trustProxy: ['127.0.0.1'] });
  registerRateLimiter(http, new RateLimiter(limits));
  registerGuard(http, 'person', (request) => {
    const id = request.headers.authorization;
    if (id === undefined) throw new AppError('unauthenticated', 'Sign in');
    request.caller = { kind: 'person', user: { id } } as unknown as PersonCaller;
  });
  http.get('/things', { config: { access: { kind: 'person' } } }, () => 'things');
  http.get('/costly', { config: { access: { kind: 'person', cost: 2 } } }, () => 'costly');
  http.get('/open', { config: { access: { kind: 'public' } } }, () => 'open');
  const creates = { access: { kind: 'person' }, creates: true, emptyBody: true } as const;
  http.post('/things', { config: creates }, () => 'created');
  return http;
}

describe('RateLimiter', () => {
  const ask = (http: FastifyInstance, line: string, person?: string) => {
    const [method, url] = line.split(' ') as ['GET' | 'POST', string];
    return http.inject({ method, url, headers: person === undefined ? {} : { authorization: person } });
  };
  const statuses = async (http: FastifyInstance, line: string, times: number, person?: string) => {
    const found: number[] = [];
    for (let i = 0; i < times; i++) found.push((await ask(http, line, person)).statusCode);
    return found;
  };

  it('limits each person, and reports the rest in headers', async () => {
    const http = aServer({ person: limitOf(2) });

    const { headers } = await ask(http, 'GET /things', 'ada');
    expect(headers).toMatchObject({ 'x-ratelimit-limit': '2', 'x-ratelimit-remaining': '1' });
    expect(await statuses(http, 'GET /things', 2, 'ada')).toEqual([200, 429]);
    expect(await statuses(http, 'GET /things', 1, 'bob')).toEqual([200]);
  });

  it('takes the cost of the route', async () => {
    const http = aServer({ person: limitOf(3) });

    expect(await statuses(http, 'GET /costly', 1, 'ada')).toEqual([200]);
    expect(await statuses(http, 'GET /things', 2, 'ada')).toEqual([200, 429]);
  });

  it('limits creations separately, and reports the tighter limit', async () => {
    const http = aServer({ person: limitOf(10), creates: limitOf(1) });

    const created = await ask(http, 'POST /things', 'ada');
    expect(created.headers).toMatchObject({ 'x-ratelimit-limit': '1', 'x-ratelimit-remaining': '0' });
    const refused = await ask(http, 'POST /things', 'ada');
    expect([refused.statusCode, refused.json<{ error: { code: string } }>().error.code]).toEqual([429, 'rate_limited']);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(await statuses(http, 'GET /things', 1, 'ada')).toEqual([200]);
  });

  it('limits anonymous requests and wrong credentials together, by address', async () => {
    const http = aServer({ anonymous: limitOf(2) });

    expect(await statuses(http, 'GET /open', 1)).toEqual([200]);
    expect(await statuses(http, 'GET /things', 2)).toEqual([401, 429]);
    expect(await statuses(http, 'GET /things', 1, 'ada')).toEqual([200]);
  });

  describe('counts as one', () => {
    const from = (http: FastifyInstance, address: string) =>
      http.inject({ method: 'GET', url: '/open', headers: { 'x-forwarded-for': address } });
    const statusesFrom = async (http: FastifyInstance, addresses: readonly string[]) => {
      const found: number[] = [];
      for (const address of addresses) found.push((await from(http, address)).statusCode);
      return found;
    };

    it.each([
      ['an address, whatever its port', ['198.51.100.7:1024', '198.51.100.7:1025', '198.51.100.7']],
      ['an IPv4 address in both forms', ['198.51.100.7', '::ffff:198.51.100.7', '[::ffff:c633:6407]:9']],
      ['a /64 of IPv6', ['2001:db8:1:2::1', '2001:db8:1:2:3:4:5:6', '[2001:0db8:0001:0002::9]:443']],
    ])('%s', async (_what, addresses) => {
      const http = aServer({ anonymous: limitOf(2) });

      expect(await statusesFrom(http, addresses)).toEqual([200, 200, 429]);
      expect(await statusesFrom(http, ['203.0.113.1', '2001:db8:1:3::1'])).toEqual([200, 200]);
    });

    it('a /48 of IPv6, with a limit of its own', async () => {
      const http = aServer({ anonymous: limitOf(5), anonymousSite: limitOf(3) });
      const networks = Array.from({ length: 5 }, (_, n) => `2001:db8:1:${n}::1`);

      expect(await statusesFrom(http, networks)).toEqual([200, 200, 200, 429, 429]);
      expect(await statusesFrom(http, ['2001:db8:2::1', '203.0.113.1'])).toEqual([200, 200]);
    });
  });

  it('keeps what signed-in people may use together from strangers', async () => {
    const http = aServer({ allRequests: limitOf(2) });

    expect(await statuses(http, 'GET /open', 3)).toEqual([200, 200, 429]);
    expect(await statuses(http, 'GET /things', 3, 'ada')).toEqual([200, 200, 429]);
  });

  it('takes nothing from the shared limit for a refused request', async () => {
    const http = aServer({ person: limitOf(1), allRequests: limitOf(2) });

    expect(await statuses(http, 'GET /things', 3, 'ada')).toEqual([200, 429, 429]);
    expect(await statuses(http, 'GET /things', 1, 'bob')).toEqual([200]);
    expect(await statuses(http, 'GET /things', 1, 'eve')).toEqual([429]);
  });

  it('refuses a request when the shared limit is used up and the person has just used the last of theirs', async () => {
    const http = aServer({ person: limitOf(1), allRequests: limitOf(1) });

    expect(await statuses(http, 'GET /things', 1, 'ada')).toEqual([200]);
    expect(await statuses(http, 'GET /things', 1, 'bob')).toEqual([429]);
  });
});
