import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { KeyType } from '#libs/contracts';

import { bearer, type PrivateServers, privateServers } from '#libs/local-servers';
import {
  joinOrganization,
  newWorkplace,
  Person,
  type Platform,
  type Route,
  startPlatform,
  type Workplace,
} from '#libs/testing';

const run = promisify(execFile);
const PEOPLE = ['stranger', 'member'] as const;
type Caller = 'none' | KeyType | (typeof PEOPLE)[number];

/** Every route of the running router, with every kind of caller. */
describe('the access of each kind of caller', () => {
  let servers: PrivateServers;
  let platform: Platform;
  let work: Workplace;
  let routes: readonly Route[];
  const credentials = new Map<Caller, string | undefined>([['none', undefined]]);

  beforeAll(async () => {
    servers = await privateServers();
    platform = await startPlatform(servers, 'standalone');
    work = await newWorkplace(platform, 'Matrix');
    routes = await runningRoutes();
    await makeCredentials();
  }, 120_000);
  afterAll(async () => {
    await platform?.stop();
    await servers?.stop();
  }, 60_000);

  /** A separate process registers the same routes, with addresses of servers that do not exist, and prints them. */
  async function runningRoutes(): Promise<readonly Route[]> {
    const env = { ...process.env, ...platform.env, LOOM_NATS_URL: 'nats://127.0.0.1:1', NODE_OPTIONS: '' };
    const { stdout } = await run(process.execPath, ['e2e/support/print-routes.mjs'], { env, timeout: 30_000 });
    const all = JSON.parse(stdout) as Route[];
    return all.filter(({ method }) => method !== 'HEAD' && method !== 'OPTIONS');
  }

  async function makeCredentials(): Promise<void> {
    const analytics = async (key_type: string) =>
      (await work.person.must<{ key: string }>('POST', '/analytics/keys', { name: key_type, key_type })).key;
    credentials.set('flags_server', work.keys.dev.server).set('flags_client', work.keys.dev.client);
    credentials.set('analytics_write', await analytics('write')).set('analytics_rw', await analytics('rw'));
    for (const name of PEOPLE) credentials.set(name, await signedIn(`${name}@loom.test`));
  }

  async function signedIn(email: string): Promise<string> {
    const password = 'a long enough password';
    if (email.startsWith('member'))
      return (await joinOrganization(work.person, { email, password, role: 'member' })).accessToken;
    await work.person.must('POST', '/api/auth/users', { email, password });
    return (await Person.signIn({ baseUrl: platform.baseUrl, admin: { email, password } })).accessToken;
  }

  const SAMPLES: Readonly<Record<string, string>> = {
    key: 'no.such_flag',
    env: 'dev',
    id: '01900000-0000-7000-8000-0000000000e1',
  };
  const pathOf = (url: string): string =>
    url.replaceAll(/:([A-Za-z_]+)/g, (_match, name: string) =>
      name === 'org' ? work.orgId : (SAMPLES[name] ?? SAMPLES['id']!),
    );

  /** The status and code of one call; streams are closed after their headers. */
  async function ask({ method, url }: Route, caller: Caller): Promise<{ status: number; code: string | undefined }> {
    const token = credentials.get(caller);
    const hasBody = method !== 'GET' && method !== 'DELETE';
    const abort = new AbortController();
    const response = await fetch(platform.baseUrl + pathOf(url), {
      method,
      headers: {
        ...(token === undefined ? {} : bearer(token)),
        ...(hasBody ? { 'content-type': 'application/json' } : {}),
      },
      body: hasBody ? '{}' : undefined,
      signal: abort.signal,
    });
    const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
    const body = isJson ? ((await response.json()) as { error?: { code?: string } }) : {};
    abort.abort();
    return { status: response.status, code: body.error?.code };
  }

  /** The expected outcome; `let in` is any answer that is neither a refusal nor a fault. */
  function expected(access: Route['access'], caller: Caller, isOfrep: boolean): string {
    const refusal = (status: number, code: string): string => `${status} ${isOfrep ? '' : code}`.trim();
    if (access.kind === 'public') return 'let in';
    if (caller === 'none') return refusal(401, 'unauthenticated');
    if (access.kind === 'keys') {
      if (caller === 'stranger' || caller === 'member') return refusal(401, 'invalid_key');
      return access.types.includes(caller) ? 'let in' : refusal(403, 'forbidden_for_key_type');
    }
    if (access.kind !== 'person') return '401';
    if (caller !== 'stranger' && caller !== 'member') return refusal(403, 'forbidden_for_key_type');
    return expectedOfPerson(access, caller);
  }

  function expectedOfPerson(
    access: Extract<Route['access'], { kind: 'person' }>,
    caller: 'stranger' | 'member',
  ): string {
    if (access.in === undefined) return 'let in';
    if (access.in === 'platform') return '403 forbidden';
    if (caller === 'stranger') return '404 not_found';
    return access.role === 'admin' || access.permission !== undefined ? '403 forbidden' : 'let in';
  }

  function outcome(
    { status, code }: { status: number; code: string | undefined },
    access: Route['access'],
    wanted: string,
  ): string {
    const isRefused = status === 401 || status === 403;
    if (wanted === 'let in' && !isRefused && status < 500) return 'let in';
    // Sign-in and the like are public and refuse by the body; a stream token is not one of the credentials here.
    if (wanted === 'let in' && access.kind === 'public' && status < 500) return 'let in';
    return /^\d+$/.test(wanted) ? String(status) : `${status} ${code ?? ''}`.trim();
  }

  it('follows the declaration of each route', async () => {
    expect(routes.length).toBeGreaterThan(60);
    const wrong: string[] = [];
    for (const route of routes) {
      for (const caller of credentials.keys()) {
        const wanted = expected(route.access, caller, route.url.startsWith('/ofrep/'));
        const got = outcome(await ask(route, caller), route.access, wanted);
        if (got !== wanted) wrong.push(`${route.method} ${route.url} as ${caller}: ${got}, not ${wanted}`);
      }
    }
    expect(wrong).toEqual([]);
  }, 120_000);

  it('leaves only these routes public', () => {
    const open = routes.filter(({ access }) => access.kind === 'public').map(({ method, url }) => `${method} ${url}`);
    expect(open.toSorted()).toMatchSnapshot();
  });
});
