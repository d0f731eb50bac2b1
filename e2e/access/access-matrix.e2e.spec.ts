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
import { pathOf, runningRoutes, takesBody } from '../support/routes.js';

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
    routes = await runningRoutes(platform);
    await makeCredentials();
  }, 120_000);
  afterAll(async () => {
    await platform?.stop();
    await servers?.stop();
  }, 60_000);

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

  /** The status and code of one call; streams are closed after their headers. */
  async function ask(
    route: Route,
    caller: Caller | 'admin',
    query = '',
  ): Promise<{ status: number; code: string | undefined }> {
    const { method } = route;
    const token = caller === 'admin' ? work.person.accessToken : credentials.get(caller);
    const hasBody = takesBody(route);
    const abort = new AbortController();
    const response = await fetch(platform.baseUrl + pathOf(route, work.orgId) + query, {
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

  /** A caller that the access of the route lets in. */
  function routeCaller({ access }: Route): Caller | 'admin' {
    if (access.kind === 'keys') return access.types.at(-1)!;
    return access.kind === 'person' ? 'admin' : 'none';
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

  /** Ids that make no sense are ignored: the stream then begins with `init`. */
  const TOLERANT = new Set(['lastEventId']);

  /** A query with one fault in a parameter that the route accepts, by fault. */
  function* faultyQueries({ query, url }: Route): Generator<readonly [fault: string, query: string]> {
    const names = query === 'any' ? ['anything'] : query;
    // Any sign but those of numbers, times and booleans; longer than all texts; U+0000 is in no text.
    const wrong = encodeURIComponent(`\0${'x'.repeat(2_000)}`);
    for (const name of names.map((one) => one.replace('[]', '[plan]'))) {
      yield [`${name} twice`, `${name}=1&${name}=1`];
      yield [`${name} badly encoded`, `${name}=%zz`];
      yield [`${name} not in UTF-8`, `${name}=%ff`];
      const isChecked = query !== 'any' && !url.startsWith('/ofrep/') && !TOLERANT.has(name);
      if (isChecked) yield [`${name} outside its values`, `${name}=${wrong}`];
    }
  }

  it('refuses a query parameter that is given twice, badly encoded or outside its values', async () => {
    const accepted: string[] = [];
    let count = 0;
    // A route with a guard of its own checks its credential first.
    for (const route of routes.filter(({ access }) => !access.kind.startsWith('custom:'))) {
      const caller = routeCaller(route);
      for (const [fault, query] of faultyQueries(route)) {
        const { status, code } = await ask(route, caller, `?${query}`);
        count += 1;
        if (status !== 400) accepted.push(`${route.method} ${route.url}, ${fault}: ${status} ${code ?? ''}`);
      }
    }
    expect(accepted).toEqual([]);
    expect(count).toBeGreaterThan(200);
  }, 120_000);

  it('leaves only these routes public', () => {
    const open = routes.filter(({ access }) => access.kind === 'public').map(({ method, url }) => `${method} ${url}`);
    expect(open.toSorted()).toMatchSnapshot();
  });
});
