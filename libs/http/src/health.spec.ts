import { createLogger } from '#libs/observability';
import { createHttp } from './nest/create-http.js';
import { Health } from './health.js';

const works = (): Promise<void> => Promise.resolve();
const fails = (): Promise<void> => Promise.reject(new Error('refused'));

async function ready(health: Health): Promise<[number, string, unknown]> {
  const http = createHttp({
    service: 'test',
    version: '1.2.3',
    logger: createLogger({ service: 'test', level: 'silent' }),
    health,
  });
  const answer = await http.inject('/readyz');
  const { status, checks } = answer.json<{ status: string; checks: unknown }>();
  return [answer.statusCode, status, checks];
}

describe('/readyz', () => {
  it('is healthy when every check passes', async () => {
    const health = new Health();
    health.register({ name: 'postgres', critical: true, check: works });
    expect(await ready(health)).toEqual([200, 'healthy', { postgres: { ok: true, critical: true } }]);
  });

  it('is degraded but ready when a check that is not critical fails', async () => {
    const health = new Health();
    health.register({ name: 'redis', critical: false, check: fails });
    expect(await ready(health)).toEqual([
      200,
      'degraded',
      { redis: { ok: false, critical: false, message: 'refused' } },
    ]);
  });

  it('is not ready when a critical check fails', async () => {
    const health = new Health();
    health.register({ name: 'redis', critical: false, check: fails });
    health.register({ name: 'postgres', critical: true, check: fails });
    expect((await ready(health)).slice(0, 2)).toEqual([503, 'unhealthy']);
  });

  it('reports a check that hangs or throws as failed', async () => {
    const health = new Health();
    health.register({ name: 'hangs', critical: true, check: () => new Promise(() => undefined) });
    health.register({
      name: 'throws',
      critical: false,
      check: () => {
        throw new Error('at once');
      },
    });
    expect((await ready(health))[2]).toMatchObject({ hangs: { ok: false }, throws: { ok: false, message: 'at once' } });
  });

  it('is not ready while the process stops', async () => {
    const health = new Health();
    health.stopping();
    expect((await ready(health)).slice(0, 2)).toEqual([503, 'unhealthy']);
  });
});

describe('/livez', () => {
  it('is alive while a critical check fails', async () => {
    const health = new Health();
    health.register({ name: 'postgres', critical: true, check: fails });
    const http = createHttp({ service: 'test', logger: createLogger({ service: 'test', level: 'silent' }), health });
    expect((await http.inject('/livez')).statusCode).toBe(200);
  });
});
