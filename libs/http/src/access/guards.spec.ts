import type { FastifyInstance } from 'fastify';
import { AppError } from '#libs/kernel';
import { createLogger } from '#libs/observability';
import { createHttp } from '../nest/create-http.js';
import type { RateLimiter } from '../limits/rate-limiter.js';
import { AccessMissing, registerDefaultGuard, registerGuard, registerRateLimiter } from './guards.js';

const server = (): FastifyInstance =>
  createHttp({ service: 'test', logger: createLogger({ service: 'test', level: 'silent' }) });
const refused = (): never => {
  throw new AppError('unauthenticated', 'Sign in');
};

/** A limiter that records its calls; a call named in `refuses` throws `rate_limited`. */
function aLimiter(...refuses: readonly string[]) {
  const calls: unknown[] = [];
  const record =
    (name: string) =>
    async (...given: readonly unknown[]): Promise<void> => {
      calls.push(name === 'admitCreated' ? `${name} ${String(given.at(-1))}` : name);
      if (refuses.includes(name)) throw new AppError('rate_limited', 'Too many');
    };
  const limiter = { admit: record('admit'), admitCreated: record('admitCreated'), refuse: record('refuse') };
  return { calls, limiter: limiter as unknown as RateLimiter };
}

describe('a route with an access kind that has no guard', () => {
  it('refuses every request', async () => {
    const http = server();
    http.get('/x', { config: { access: { kind: 'custom:token' } } }, () => 'in');

    expect((await http.inject('/x')).statusCode).toBe(403);
  });
});

describe('a route without access', () => {
  it('cannot be added', () => {
    expect(() => server().get('/x', () => 'in')).toThrow(AccessMissing);
  });
});

describe('guards', () => {
  const route = (http: FastifyInstance): void =>
    void http.get('/x', { config: { access: { kind: 'custom:token' } } }, () => 'in');

  it('may be registered after the route', async () => {
    const http = server();
    route(http);
    registerGuard(http, 'custom:token', () => undefined);

    expect((await http.inject('/x')).body).toBe('in');
  });

  it.each([
    ['throws', refused],
    ['rejects', async () => refused()],
  ])('refuse a request when the guard %s', async (_what, guard) => {
    const http = server();
    route(http);
    registerGuard(http, 'custom:token', guard);

    expect((await http.inject('/x')).statusCode).toBe(401);
  });

  it('win over a default guard, registered before or after', async () => {
    const statuses = [true, false].map(async (isDefaultFirst) => {
      const http = server();
      route(http);
      if (isDefaultFirst) registerDefaultGuard(http, 'custom:token', refused);
      registerGuard(http, 'custom:token', () => undefined);
      if (!isDefaultFirst) registerDefaultGuard(http, 'custom:token', refused);
      return (await http.inject('/x')).statusCode;
    });

    expect(await Promise.all(statuses)).toEqual([200, 200]);
  });
});

describe('rate limits', () => {
  const withRoutes = (limiter: RateLimiter, guard: () => void = () => undefined): FastifyInstance => {
    const http = server();
    const person = { kind: 'person' } as const;
    registerRateLimiter(http, limiter);
    registerGuard(http, 'person', guard);
    http.get('/x', { config: { access: person } }, () => 'in');
    const countCreated = (body: unknown): number => (body as readonly unknown[]).length;
    http.post('/batch', { config: { access: person, creates: true, countCreated } }, () => 'made');
    return http;
  };

  it('count an accepted request after the guard', async () => {
    const { calls, limiter } = aLimiter();

    expect((await withRoutes(limiter).inject('/x')).statusCode).toBe(200);
    expect(calls).toEqual(['admit']);
  });

  it('count a request of a person with a wrong credential as refused', async () => {
    const { calls, limiter } = aLimiter();

    expect((await withRoutes(limiter, refused).inject('/x')).statusCode).toBe(401);
    expect(calls).toEqual(['refuse']);
  });

  it('answer 429 in place of 401 when the address has too many wrong credentials', async () => {
    const { limiter } = aLimiter('refuse');

    expect((await withRoutes(limiter, refused).inject('/x')).statusCode).toBe(429);
  });

  it('count the resources of a body after it is read', async () => {
    const { calls, limiter } = aLimiter();
    await withRoutes(limiter).inject({ method: 'POST', url: '/batch', payload: [1, 2, 3] });

    expect(calls).toEqual(['admit', 'admitCreated 3']);
  });

  it('do not count routes of the platform such as /livez', async () => {
    const { calls, limiter } = aLimiter('admit');

    expect((await withRoutes(limiter).inject('/livez')).statusCode).toBe(200);
    expect(calls).toEqual([]);
  });
});
