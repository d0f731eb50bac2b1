import { accountsRpc, type OrganizationView, type Origin } from '#libs/contracts';
import { ADMIN, accountsProcess, anOrigin, type AccountsProcess } from '../world.js';

const UNKNOWN = '01900000-0000-7000-8000-00000000dead';
const firstPage = { limit: 50, order: 'asc' } as const;

describe('organizations', () => {
  let accounts: AccountsProcess;
  let root: string;
  let member: string;

  const create = (name: string, slug?: string, origin: Origin = anOrigin('platform', root)) =>
    accounts.ask(accountsRpc.createOrganization, { name, slug }, origin);

  beforeAll(async () => {
    accounts = await accountsProcess();
    const [admin] = await accounts.database.sql('select id from app_user where email = $1', [ADMIN.email]);
    root = admin!['id'] as string;
    member = '01900000-0000-7000-8000-0000000000ab';
    await accounts.database.sql(
      `insert into app_user values ($1, 'member@loom.localhost', 'x', false, 1, now(), now())`,
      [member],
    );
  });
  afterAll(() => accounts.stop());

  it('begin with dev, prod and their founder, with four facts and one audit entry', async () => {
    const origin = anOrigin('platform', root);

    const acme = await create('Acme Parcels', undefined, origin);

    const { facts, audited } = await accounts.published(origin.request_id);
    expect(acme).toMatchObject({ slug: 'acme-parcels', name: 'Acme Parcels', version: 1 });
    expect(facts.map(({ type, org_id }) => [type, org_id])).toEqual([
      ['organization.created', acme.id],
      ['environment.created', acme.id],
      ['environment.created', acme.id],
      ['member.added', acme.id],
    ]);
    expect(facts.map(({ data }) => data)).toMatchObject([
      { org_id: acme.id, slug: 'acme-parcels', version: 1 },
      { name: 'dev', color: '#10b981', protected: false, position: 1, version: 1 },
      { name: 'prod', color: '#ef4444', protected: true, position: 2, version: 1 },
      { user_id: root, role: 'admin' },
    ]);
    expect(audited).toMatchObject([
      {
        org_id: acme.id,
        actor: { id: root },
        data: {
          event: 'OrganizationCreated',
          severity: 'info',
          action: 'insert',
          resource_key: 'acme-parcels',
          before: null,
          after: { environments: [{ name: 'dev' }, { name: 'prod' }], members: [{ user_id: root, role: 'admin' }] },
        },
      },
    ]);
  });

  it('have unique slugs, and a refused one stores nothing', async () => {
    await create('Taken', 'taken');
    const origin = anOrigin('platform', root);

    await expect(create('Other', 'taken', origin)).rejects.toMatchObject({
      code: 'already_exists',
      details: [{ field: 'slug' }],
    });
    await expect(create('   ', 'blank')).rejects.toMatchObject({ code: 'invalid_name' });
    await expect(create('Bad', 'Bad Slug')).rejects.toMatchObject({ code: 'invalid_slug' });

    await expect(accounts.published(origin.request_id)).resolves.toEqual({ facts: [], audited: [] });
    await expect(accounts.database.sql(`select 1 from organization where name in ('Other', 'Bad')`)).resolves.toEqual(
      [],
    );
  });

  it('are created by super admins alone', async () => {
    await expect(create('Mine', 'mine', anOrigin('platform', member))).rejects.toMatchObject({ code: 'forbidden' });
    await expect(create('Mine', 'mine', anOrigin('platform', UNKNOWN))).rejects.toMatchObject({ code: 'forbidden' });
    const byKey = anOrigin('platform', root, { type: 'api_key' });
    await expect(create('Mine', 'mine', byKey)).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('are renamed with a new version, one fact and one audit entry', async () => {
    const before = await create('Old name', 'renamed');
    const origin = anOrigin(before.id, root);

    const after = await accounts.ask(accountsRpc.updateOrganization, { name: 'New name', if_version: 1 }, origin);

    const { facts, audited } = await accounts.published(origin.request_id);
    expect(after).toMatchObject({ id: before.id, slug: 'renamed', name: 'New name', version: 2 });
    expect(facts).toMatchObject([{ type: 'organization.updated', data: { name: 'New name', version: 2 } }]);
    expect(audited).toMatchObject([
      { data: { event: 'OrganizationUpdated', before: { name: 'Old name' }, after: { name: 'New name', version: 2 } } },
    ]);
  });

  it('have settings for addresses and the age of events, which key records show too', async () => {
    const founded = await create('Settings', 'settings');
    const origin = anOrigin(founded.id, root);
    const wish = { capture_ip: true, event_retention_days: 30 };

    const after = await accounts.ask(accountsRpc.updateOrganization, wish, origin);

    expect(founded).toMatchObject({ capture_ip: false, event_retention_days: 365 });
    expect(after).toMatchObject({ name: 'Settings', ...wish, version: 2 });
    const { facts, audited } = await accounts.published(origin.request_id);
    expect(facts).toMatchObject([{ type: 'organization.updated', data: wish }]);
    expect(audited).toMatchObject([{ data: { before: { capture_ip: false }, after: wish } }]);
    const membership = await accounts.ask(accountsRpc.getMembership, { user_id: root, org: founded.id });
    expect(membership.organization).toEqual(after);
    const command = { name: 'Shop', key_type: 'analytics_write' } as const;
    const { lookup_id } = await accounts.ask(accountsRpc.createApiKey, command, anOrigin(founded.id, root));
    const { record } = await accounts.ask(accountsRpc.getKeyRecord, { lookup_id });
    expect(record).toMatchObject({ org_id: founded.id, capture_ip: true });
  });

  it.each([0, 3_651, 1.5, '30'])('keep events for 1 to 3,650 days, not for %p', async (days) => {
    const { id } = await create(`Kept ${days}`, `kept-${String(days).replace('.', '-')}x`);
    const wish = { event_retention_days: days as number };

    const refused = accounts.ask(accountsRpc.updateOrganization, wish, anOrigin(id, root));

    await expect(refused).rejects.toMatchObject({ code: 'invalid_type' });
  });

  it('report the current version to a writer with an old one, and accept writers without a version', async () => {
    const { id } = await create('Raced', 'raced');
    const rename = (name: string, if_version?: number) =>
      accounts.ask(accountsRpc.updateOrganization, { name, if_version }, anOrigin(id, root));

    await Promise.all(['a', 'b', 'c', 'd'].map((name) => rename(name)));

    await expect(rename('late', 2)).rejects.toMatchObject({
      code: 'version_conflict',
      details: [{ current_version: 5 }],
    });
    await expect(rename('in time', 5)).resolves.toMatchObject({ version: 6 });
  });

  it('are found by id and by slug by their members alone', async () => {
    const { id } = await create('Walled', 'walled');
    const membership = (user_id: string, org: string) => accounts.ask(accountsRpc.getMembership, { user_id, org });

    const founder = await membership(root, 'walled');

    expect(founder).toMatchObject({ organization: { id, version: 1 }, user: { email: ADMIN.email }, role: 'admin' });
    expect(founder.permissions).toHaveLength(4);
    await expect(membership(root, id)).resolves.toEqual(founder);
    for (const org of [id, 'walled', UNKNOWN, 'nothing-here', '', "'; drop", 'a\u0000b']) {
      await expect(membership(member, org)).rejects.toMatchObject({ code: 'not_found' });
    }
    await expect(membership(UNKNOWN, id)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('are open to a super admin that is not a member, without a role', async () => {
    const { id } = await create('Left', 'left');
    await accounts.database.sql('update member set deleted_at = now() where org_id = $1', [id]);

    await expect(accounts.ask(accountsRpc.getMembership, { user_id: root, org: id })).resolves.toMatchObject({
      role: null,
      permissions: [],
    });
  });

  it('are listed in pages: all of them for a super admin, else those of the person', async () => {
    const ids: string[] = [];
    for (const name of ['p1', 'p2', 'p3']) ids.push((await create(name, name)).id);
    for (const [index, org] of ids.slice(0, 2).entries()) {
      const id = `01900000-0000-7000-8000-00000000000${index}`;
      await accounts.database.sql(`insert into member values ($1, $2, $3, 'member', '{}', 1, now(), now(), null)`, [
        id,
        org,
        member,
      ]);
    }
    const list = (user_id: string, page: object = {}) =>
      accounts.ask(accountsRpc.listOrganizations, { user_id, page: { ...firstPage, ...page } });

    const mine = await list(member);
    const [stored] = await accounts.database.sql('select count(*)::int as n from organization');
    const seen: OrganizationView[] = [];
    let cursor: string | undefined;
    do {
      const page = await list(root, { limit: 2, cursor, order: 'desc' });
      seen.push(...page.data);
      cursor = page.next_cursor ?? undefined;
      expect(page.has_more).toBe(cursor !== undefined);
    } while (cursor !== undefined);

    expect(mine.data.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    expect(mine).toMatchObject({ has_more: false, next_cursor: null });
    expect(new Set(seen.map(({ id }) => id)).size).toBe(stored!['n']);
    expect(seen.map(({ created_at }) => created_at)).toEqual(
      seen
        .map((o) => o.created_at)
        .toSorted()
        .toReversed(),
    );
    await expect(list(UNKNOWN)).resolves.toMatchObject({ data: [] });
  });

  it('refuse the cursor of another person and a limit out of range', async () => {
    const list = (user_id: string, page: object) =>
      accounts.ask(accountsRpc.listOrganizations, { user_id, page: { ...firstPage, ...page } });
    const { next_cursor } = await list(root, { limit: 1 });

    await expect(list(member, { cursor: next_cursor! })).rejects.toMatchObject({ code: 'invalid_cursor' });
    await expect(list(root, { cursor: 'nonsense' })).rejects.toMatchObject({ code: 'invalid_cursor' });
    await expect(list(root, { limit: 201 })).rejects.toMatchObject({ code: 'invalid_limit' });
  });

  it('get more environments, each in the next position, with one fact and one audit entry', async () => {
    const { id } = await create('Growing', 'growing');
    const origin = anOrigin(id, root);

    const staging = await accounts.ask(accountsRpc.createEnvironment, { name: 'staging', color: '#abcdef' }, origin);

    const { facts, audited } = await accounts.published(origin.request_id);
    expect(staging).toMatchObject({ org_id: id, name: 'staging', color: '#abcdef', protected: false, position: 3 });
    expect(facts).toMatchObject([{ type: 'environment.created', environment_id: staging.id, data: { position: 3 } }]);
    expect(audited).toMatchObject([{ data: { event: 'EnvironmentCreated', environment: 'staging', before: null } }]);
    const created = await Promise.all(
      ['e1', 'e2', 'e3'].map((name) => accounts.ask(accountsRpc.createEnvironment, { name }, anOrigin(id, root))),
    );
    expect(created.map(({ position }) => position).toSorted()).toEqual([4, 5, 6]);
  });

  it('refuse an environment with a wrong name or color, or a name that is taken', async () => {
    const { id } = await create('Strict', 'strict');
    const add = (name: string, color?: string) =>
      accounts.ask(accountsRpc.createEnvironment, { name, color }, anOrigin(id, root));

    await expect(add('Staging')).rejects.toMatchObject({ code: 'invalid_environment_name' });
    await expect(add('staging', 'red')).rejects.toMatchObject({ code: 'invalid_color' });
    await expect(add('dev')).rejects.toMatchObject({ code: 'already_exists', details: [{ field: 'name' }] });
  });

  it('find their own environments by name and id, and list only them', async () => {
    const [one, two] = [await create('One', 'one'), await create('Two', 'two')];
    const get = (environment: string, org: string) =>
      accounts.ask(accountsRpc.getEnvironment, { environment }, anOrigin(org, root));

    const listed = await accounts.ask(accountsRpc.listEnvironments, { page: firstPage }, anOrigin(one.id, root));
    const prod = await get('prod', one.id);

    expect(listed.data.map(({ name }) => name).toSorted()).toEqual(['dev', 'prod']);
    await expect(get(prod.id, one.id)).resolves.toEqual(prod);
    await expect(get(prod.id, two.id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(get('nothing', one.id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(get('prod', UNKNOWN)).rejects.toMatchObject({ code: 'not_found' });
  });
});
