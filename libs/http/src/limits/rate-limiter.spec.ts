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
  const http = createHttp({ service: 'test', logger: createLogger({ service: 'test', level: 'silent' }) });
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
