import { bearer, call, type Answer, type PrivateServers, privateServers } from '#libs/local-servers';
import { joinOrganization, newWorkplace, Person, type Platform, startPlatform, tokenOf, until, type Workplace } from '#libs/testing'; // prettier-ignore

const PASSWORD = 'a long enough password';
const CEO = 'ceo@beta.test';
const REVOKED_WITHIN_MS = 1_000;

describe('membership', () => {
  let servers: PrivateServers;
  let platform: Platform;
  let gateways: readonly string[];
  let root: Person;
  let alpha: Workplace;
  let beta: Workplace;
  let attacker: Person;

  beforeAll(async () => {
    servers = await privateServers();
    platform = await startPlatform(servers, 'standalone');
    gateways = [platform.baseUrl, (await platform.add('gateway')).url];
    root = await Person.signIn(platform);
    [alpha, beta] = [await newWorkplace(platform, 'Alpha'), await newWorkplace(platform, 'Beta')];
    const wish = { email: 'admin@alpha.test', password: PASSWORD, role: 'admin' } as const;
    attacker = await joinOrganization(alpha.person, wish);
  }, 180_000);
  afterAll(async () => {
    await platform?.stop();
    await servers?.stop();
  }, 60_000);

  const accept = (url: string, more: object = {}, token?: string): Promise<Answer> => {
    const headers: Record<string, string> = token === undefined ? {} : bearer(token);
    const body = { token: tokenOf(url), ...more };
    return call('POST', `${platform.baseUrl}/api/auth/invitations/accept`, body, headers);
  };
  const invite = async (by: Person, email: string, role = 'member') =>
    await by.must<{ id: string; invite_url: string }>('POST', '/members', { email, role, permissions: [] });
  const signIn = (email: string) => Person.signIn({ baseUrl: platform.baseUrl, admin: { email, password: PASSWORD } });
  const members = async ({ person }: Workplace) =>
    (await person.must<{ data: { email: string }[] }>('GET', '/members')).data.map(({ email }) => email);

  it('of a hijacked address reaches no organization that invites the address later', async () => {
    const { invite_url } = await invite(attacker, CEO);
    expect((await accept(invite_url, { password: PASSWORD })).status).toBe(200);
    const hijacked = await signIn(CEO);

    const invited = await invite(beta.person, CEO, 'admin');

    expect(await members(beta)).not.toContain(CEO);
    expect((await hijacked.ask('GET', `/api/orgs/${beta.orgId}/flags`)).status).toBe(404);
    const real = { email: 'real.ceo@beta.test', password: PASSWORD };
    await root.must('POST', '/api/auth/users', real);
    const { accessToken } = await signIn(real.email);
    expect((await accept(invited.invite_url, {}, accessToken)).body).toMatchObject({
      organization: { id: beta.orgId },
    });
    expect(await members(beta)).toContain(real.email);
  });

  it('of one organization is not taken by another one that invites the same address again', async () => {
    const email = 'cfo@beta.test';
    const ofBeta = await invite(beta.person, email, 'admin');

    const ofAlpha = await invite(attacker, email);
    await accept(ofAlpha.invite_url, { password: PASSWORD });

    const stolen = await signIn(email);
    expect((await stolen.ask('GET', `/api/orgs/${beta.orgId}/flags`)).status).toBe(404);
    expect(await beta.person.must('GET', '/invitations')).toMatchObject({ data: [{ id: ofBeta.id, email }] });
    expect((await attacker.ask('POST', '/api/auth/users', { email })).status).toBe(403);
  });

  it('of the platform is given to no pending person, and a link of an organization gives none of it', async () => {
    const email = 'pending@platform.test';
    const { id } = await root.must<{ id: string }>('POST', '/api/auth/users', { email });
    const { id: invitation, invite_url } = await invite(attacker, email);

    for (const target of [`/api/admin/users/${id}`, `/api/orgs/${alpha.orgId}/members/${invitation}`]) {
      const body = target.includes('admin') ? { is_super_admin: true } : { role: 'admin' };
      expect(await root.ask('PATCH', target, body)).toMatchObject({
        status: 409,
        body: { error: { code: 'conflict' } },
      });
    }

    await accept(invite_url, { password: PASSWORD });
    expect((await (await signIn(email)).ask('GET', '/api/admin/users')).status).toBe(403);
  });

  it('is offered whatever is known of an address', async () => {
    await root.must('POST', '/api/auth/users', { email: 'known@elsewhere.test', password: PASSWORD });

    const asked = await Promise.all(
      ['known@elsewhere.test', 'unknown@elsewhere.test'].map((email) =>
        attacker.ask('POST', '/members', { email, role: 'member', permissions: [] }),
      ),
    );

    const shapes = asked.map(({ status, body }) => [status, body['status'], Object.keys(body).toSorted()]);
    expect(shapes[0]).toEqual(shapes[1]);
    expect(shapes[0]?.slice(0, 2)).toEqual([201, 'invited']);
    expect(asked[0]!.body).not.toHaveProperty('user_id');
  });

  it('begins by a link once; the link of an address with an account needs that person to sign in', async () => {
    const email = 'ann@alpha.test';
    await root.must('POST', '/api/auth/users', { email, password: PASSWORD });
    const ann = await signIn(email);
    const { invite_url } = await invite(attacker, email);

    expect(await accept(invite_url, { password: PASSWORD })).toMatchObject({ status: 409, body: { error: { code: 'already_exists' } } }); // prettier-ignore
    expect(await accept(invite_url, {}, ann.accessToken)).toMatchObject({ status: 200, body: { email } });
    expect((await accept(invite_url, {}, ann.accessToken)).status).toBe(200);

    const bob = await accept(invite_url, {}, (await signIn(CEO)).accessToken);
    expect(bob).toMatchObject({ status: 401, body: { error: { code: 'invalid_token' } } });
    const me = await ann.must('GET', '/api/auth/me');
    const organization = { id: alpha.orgId, slug: 'alpha', name: 'Alpha', role: 'member', permissions: [] };
    expect(me).toMatchObject({ email, organizations: [organization], has_more_organizations: false });
  });

  it('has pages behind its links, which send the token to no other place', async () => {
    for (const path of ['/invite', '/reset']) {
      const response = await fetch(platform.baseUrl + path);
      const csp = response.headers.get('content-security-policy');
      expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('<form')]);
      expect(csp).toMatch(/default-src 'none'.*script-src 'sha256-[^']+'; connect-src 'self'/);
    }
  });

  describe('that ends', () => {
    /** Warms the caches of every gateway, changes something, and waits until every gateway refuses. */
    async function refusedEverywhere(token: string, routes: readonly string[], change: () => Promise<unknown>) {
      const ask = (url: string, route: string) => new Person(url, token).ask('GET', route);
      const all = gateways.flatMap((url) => routes.map((route) => [url, route] as const));
      for (const [url, route] of all) expect((await ask(url, route)).status).toBe(200);
      await change();
      const changedAt = performance.now();
      await until(async () => {
        const statuses = await Promise.all(all.map(async ([url, route]) => (await ask(url, route)).status));
        return statuses.every((status) => [401, 403, 404].includes(status));
      }, 20_000);
      return performance.now() - changedAt;
    }

    it('ends for a demoted super admin and for a removed member on every gateway within a second', async () => {
      const demoted = { email: 'demoted@platform.test', password: PASSWORD };
      const made = await root.must<{ id: string }>('POST', '/api/auth/users', { ...demoted, is_super_admin: true });
      const removed = await joinOrganization(alpha.person, {
        email: 'gone@alpha.test',
        password: PASSWORD,
        role: 'member',
      });
      const { id } = await removed.must<{ id: string }>('GET', '/api/auth/me');
      const routes = [`/api/orgs/${beta.orgId}/members`, `/api/orgs/${alpha.orgId}/flags`, '/api/admin/users'];

      const afterDemotion = await refusedEverywhere((await signIn(demoted.email)).accessToken, routes, () =>
        root.must('PATCH', `/api/admin/users/${made.id}`, { is_super_admin: false }),
      );
      const afterRemoval = await refusedEverywhere(removed.accessToken, [routes[1]!], () =>
        alpha.person.must('DELETE', `/members/${id}`),
      );

      expect(Math.max(afterDemotion, afterRemoval)).toBeLessThan(REVOKED_WITHIN_MS * 5); // generous: the machine is shared
    });

    it('ends for a locked and for a deleted person, with the live tail', async () => {
      const email = 'locked@alpha.test';
      const person = await joinOrganization(alpha.person, { email, password: PASSWORD, role: 'member' });
      const { id } = await person.must<{ id: string }>('GET', '/api/auth/me');
      const flags = `/api/orgs/${alpha.orgId}/flags`;
      const tail = await fetch(`${gateways[1]}/api/orgs/${alpha.orgId}/analytics/live`, {
        headers: { authorization: `Bearer ${person.accessToken}` },
      });
      const tailEnds = tail.text();

      await refusedEverywhere(person.accessToken, [flags, '/api/auth/me'], () =>
        root.must('POST', `/api/admin/users/${id}/lock`),
      );

      expect(await tailEnds).toMatch(/event: error\ndata: .*(invalid_token|not_found)/); // by the fact of the session or of the person
      await expect(signIn(email)).rejects.toThrow('401');
      await root.must('POST', `/api/admin/users/${id}/unlock`);
      const again = await signIn(email);
      await refusedEverywhere(again.accessToken, [flags, '/api/auth/me'], () =>
        root.must('DELETE', `/api/admin/users/${id}`),
      );
    });

    it('lets a person in again by a reset link after the sign-out of all sessions', async () => {
      const email = 'reset@alpha.test';
      const person = await joinOrganization(alpha.person, {
        email,
        password: 'the first long password',
        role: 'member',
      });
      const { id } = await person.must<{ id: string }>('GET', '/api/auth/me');
      await root.must('POST', `/api/admin/users/${id}/sign-out`);

      const { reset_url } = await root.must<{ reset_url: string }>('POST', `/api/admin/users/${id}/reset-link`);
      const reset = () => call('POST', `${platform.baseUrl}/api/auth/password/reset`, { token: tokenOf(reset_url), password: PASSWORD }); // prettier-ignore

      expect((await reset()).status).toBe(204);
      expect((await reset()).status).toBe(401);
      await expect(signIn(email)).resolves.toBeDefined();
    });
  });
});
