import { bearer, exchange, type PrivateServers, privateServers } from '#libs/local-servers';
import { HOSTILE_BODIES, HOSTILE_VALUES, type Platform, type Route, startPlatform } from '#libs/testing';
import { hostileTargets, type HostileTargets } from '../support/hostile-targets.js';

type Answered = Awaited<ReturnType<typeof exchange>>;

/** Routes that stand for a parser or for free JSON: these get everything. */
const THOROUGH: readonly string[] = [
  'POST /api/auth/login',
  'POST /api/orgs/:org/flags',
  'PATCH /api/orgs/:org/flags/:key/configs/:env',
  'POST /api/orgs/:org/segments',
  'POST /api/flags/evaluate',
  'POST /ofrep/v1/evaluate/flags',
  'POST /api/analytics/capture',
  'POST /api/analytics/batch',
];
/** Fields that hold more than a number, a text or a short list. */
const FREE_JSON: readonly string[] = ['variants', 'rules', 'targets', 'conditions', 'context', 'properties', 'batch'];
const VALUES = Object.entries(HOSTILE_VALUES);
/** Every step-th entry from an offset on: another part for each route, all of them over all routes. */
const part = <T>(all: readonly T[], offset: number, step: number): readonly T[] =>
  all.filter((_, index) => index % step === offset % step);

/**
 * Hostile bodies to every route of the running router that takes a body:
 * - as a caller that the route admits: some of the 54 documents, and of the 28 values in each field; a few routes get all;
 * - as every other kind of caller, and as a stranger: a few documents.
 * `npm run bench -- hostile` sends everything to every route.
 */
describe('a hostile body', () => {
  let servers: PrivateServers;
  let platform: Platform;
  let targets: HostileTargets;

  beforeAll(async () => {
    servers = await privateServers();
    platform = await startPlatform(servers, 'standalone');
    targets = await hostileTargets(platform);
  }, 120_000);
  afterAll(async () => {
    await platform?.stop();
    await servers?.stop();
  }, 60_000);

  const send = (route: Route, token: string | undefined, body: Buffer | string, headers = {}): Promise<Answered> =>
    exchange({
      method: route.method,
      url: platform.baseUrl + targets.pathOf(route),
      headers: { 'content-type': 'application/json', ...(token !== undefined && bearer(token)), ...headers },
      body,
      timeoutMs: 30_000,
    });
  const codeOf = ({ text }: Answered): string | undefined =>
    (JSON.parse(text || '{}') as { error?: { code: string } }).error?.code;
  const isSound = ({ status }: Answered): boolean => status >= 200 && status < 500 && status !== 408;
  const isFreeJson = (route: Route, field: string): boolean =>
    THOROUGH.includes(title(route)) && FREE_JSON.includes(field);
  const excerpt = ({ text }: Answered): string => text.slice(0, 300);
  const title = ({ method, url }: Route): string => `${method} ${url}`;

  it('is refused by every route, by the code of what is wrong with it', async () => {
    const wrong: string[] = [];
    for (const [index, route] of targets.routes.entries()) {
      const token = targets.admitted(route);
      const bodies = THOROUGH.includes(title(route)) ? HOSTILE_BODIES : part(HOSTILE_BODIES, index, 5);
      for (const { name, body, code } of bodies) {
        const answer = await send(route, token, body);
        if (!isExpected(route, code, answer))
          wrong.push(`${title(route)}, ${name}: ${answer.status} ${excerpt(answer)}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(THOROUGH.filter((one) => !targets.routes.map(title).includes(one))).toEqual([]);
    expect(HOSTILE_BODIES.length).toBeGreaterThanOrEqual(50);
  }, 300_000);

  /** Whether an answer names what the parser refuses. OFREP has codes of its own; a batch may have 100,000 members. */
  function isExpected(route: Route, code: string | undefined, answer: Answered): boolean {
    if (code === undefined || !isSound(answer)) return isSound(answer);
    if (route.url === '/api/analytics/batch' && code === 'too_many_members') return answer.status === 400;
    if (route.url.startsWith('/ofrep/')) return answer.status === 400 || answer.status === 413;
    return [code, 'body_too_large', targets.refusalOf(route)].includes(codeOf(answer));
  }

  it('is refused or taken by every field of every route', async () => {
    const wrong: string[] = [];
    let turn = 0;
    for (const route of targets.routes) {
      const { sample, fields } = targets.bodyOf(route);
      for (const field of fields) {
        const values = isFreeJson(route, field) ? VALUES : part(VALUES, turn++, 9);
        for (const [name, value] of values) {
          const answer = await send(route, targets.admitted(route), JSON.stringify({ ...sample, [field]: value }));
          if (!isSound(answer)) wrong.push(`${title(route)}, ${name} as ${field}: ${answer.status} ${excerpt(answer)}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  }, 600_000);

  it('is refused, whichever caller sends it', async () => {
    let turn = 0;
    const wrong: string[] = [];
    for (const route of targets.routes) {
      for (const [index, [caller, token]] of [...targets.callers].entries()) {
        for (const { name, body } of part(HOSTILE_BODIES, index + turn++, 27)) {
          const answer = await send(route, token, body);
          if (!isSound(answer) || answer.status < 400)
            wrong.push(`${title(route)}, ${name} as ${caller}: ${answer.status}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  }, 300_000);

  it('may come with headers that are too large', async () => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`x-h${i}`, 'v'.repeat(30)]));
    for (const route of targets.routes) {
      expect([title(route), isSound(await send(route, targets.admitted(route), '{}', many))]).toEqual([
        title(route),
        true,
      ]);
      const { status } = await send(route, undefined, '{}', { 'x-large': 'v'.repeat(20_000) });
      expect([title(route), status]).toEqual([title(route), 431]);
    }
  }, 120_000);
});
