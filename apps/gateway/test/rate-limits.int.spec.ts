import { ORG } from './builders.js';
import { gatewayProcess, type Answered, type GatewayProcess } from './world.js';

const org = `/api/orgs/${ORG.id}`;
/** Low limits. Redis may be slow: without its answer each process counts for itself. */
const limits = {
  LOOM_LIMIT_PERSON: '100',
  LOOM_LIMIT_PERSON_PER_SECOND: '10',
  LOOM_LIMIT_CREATES: '60',
  LOOM_LIMIT_ANONYMOUS: '100',
  LOOM_LIMIT_GATEWAY: '10000',
  LOOM_REDIS_TIMEOUT_MS: '20000',
};
const statuses = (answers: readonly Answered[], status: number): number =>
  answers.filter((answer) => answer.status === status).length;

describe('rate limits', () => {
  let gateway: GatewayProcess;
  beforeAll(async () => {
    gateway = await gatewayProcess(limits);
  });
  afterAll(() => gateway.stop());
  const someone = (id: string): Promise<string> => gateway.services.person(id, { role: 'admin' });
  const flood = (requests: number, call: (n: number) => Promise<Answered>): Promise<Answered[]> =>
    Promise.all(Array.from({ length: requests }, (_, n) => call(n)));

  it('admits 100 requests of a person at once and 10 a second after that, and answers with the rest', async () => {
    const token = await someone('u-many');
    const first = await gateway.call('GET', `${org}/flags`, { token });
    const began = performance.now();
    const rest = await flood(150, () => gateway.call('GET', `${org}/flags`, { token }));
    const elapsedS = (performance.now() - began) / 1_000;
    const refused = rest.find(({ status }) => status === 429)!;

    expect([first.headers.get('x-ratelimit-limit'), first.headers.get('x-ratelimit-remaining')]).toEqual(['100', '99']);
    expect(statuses(rest, 200)).toBeLessThanOrEqual(Math.ceil((100 + 10 * (elapsedS + 1)) * 1.02));
    expect(statuses(rest, 200)).toBeGreaterThanOrEqual(99);
    expect([refused.code, refused.headers.get('x-ratelimit-remaining')]).toEqual(['rate_limited', '0']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(Number(refused.headers.get('x-ratelimit-reset'))).toBeGreaterThan(Date.now() / 1_000 - 60);
    expect(await gateway.call('GET', `${org}/flags`, { token: await someone('u-other') })).toMatchObject({
      status: 200,
    });
  });

  it('admits 60 creations of a person a minute', async () => {
    const token = await someone('u-maker');
    const made = await flood(75, (n) =>
      gateway.call('POST', `${org}/flags`, { token, body: { key: `flag_${n}`, name: 'x', type: 'boolean' } }),
    );

    expect([statuses(made, 201), statuses(made, 429)]).toEqual([60, 15]);
    expect(await gateway.call('GET', `${org}/flags`, { token })).toMatchObject({ status: 200 });
  });

  it('counts every flag of a bulk command; a command above the limit takes the whole minute', async () => {
    const bulk = (token: string, items: number) =>
      gateway.call('POST', `${org}/bulk/flags`, {
        token,
        body: { items: Array.from({ length: items }, (_, n) => ({ key: `f${n}`, name: 'x', type: 'boolean' })) },
      });
    const [several, many] = [await someone('u-several'), await someone('u-bulk')];
    const first = await bulk(several, 40);
    const refused = await bulk(several, 40);
    const rest = await bulk(several, 20);
    const hundred = [await bulk(many, 100), await bulk(many, 1)];

    expect([first, refused, rest].map(({ status }) => status)).toEqual([201, 429, 201]);
    expect([first, rest].map(({ headers }) => headers.get('x-ratelimit-remaining'))).toEqual(['20', '0']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50);
    expect(hundred.map(({ status }) => status)).toEqual([201, 429]);
  });

  it('counts anonymous requests and invalid tokens by address, and does not count probes', async () => {
    const probes = await flood(120, () => gateway.call('GET', '/livez'));
    const strangers = await flood(120, (n) =>
      n % 2 === 0
        ? gateway.call('GET', '/.well-known/jwks.json')
        : gateway.call('GET', `${org}/flags`, { token: 'no.token.atall' }),
    );

    expect(statuses(probes, 200)).toBe(120);
    expect(statuses(strangers, 429)).toBe(20);
    expect(statuses(strangers, 200) + statuses(strangers, 401)).toBe(100);
  });
});

describe('a limit for the whole gateway', () => {
  it('counts signed-in people together, apart from strangers', async () => {
    const gateway = await gatewayProcess({ ...limits, LOOM_LIMIT_GATEWAY: '30' });
    const tokens = await Promise.all(['u-1', 'u-2'].map((id) => gateway.services.person(id, { role: 'admin' })));
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => gateway.call('GET', `${org}/flags`, { token: tokens[n % 2] })),
    );
    const strangers = await Promise.all(Array.from({ length: 50 }, () => gateway.call('GET', '/api/auth/setup')));
    await gateway.stop();

    expect([statuses(answers, 200), statuses(answers, 429)]).toEqual([30, 20]);
    expect([statuses(strangers, 200), statuses(strangers, 429)]).toEqual([30, 20]);
  });
});
