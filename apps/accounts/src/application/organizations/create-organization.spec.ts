import { UUID } from '#libs/contracts';
import { InMemoryAccounts, platformOrigin } from '../../../test/in-memory/world.js';
import type { User } from '../../domain/people/user.js';

describe('CreateOrganization', () => {
  let accounts: InMemoryAccounts;
  let root: User;
  beforeEach(async () => {
    accounts = new InMemoryAccounts();
    root = await accounts.superAdmin();
  });

  const create = (
    command: { name: string; slug?: string },
    { by = platformOrigin(root), openOrganizations = false } = {},
  ) => accounts.useCases({ openOrganizations }).createOrganization.execute(command, by);

  it('stores it with dev, prod and its founder: four facts and one audit entry in their order', async () => {
    const acme = await create({ name: 'Acme Parcels' });

    expect(acme).toMatchObject({ slug: 'acme-parcels', name: 'Acme Parcels', version: 1 });
    expect(accounts.uow.queued.map(({ type, org_id }) => [type, org_id])).toEqual(
      ['organization.created', 'environment.created', 'environment.created', 'member.added', 'audit.recorded'].map(
        (type) => [type, acme.id],
      ),
    );
    expect(accounts.facts.map(({ data }) => data)).toMatchObject([
      { org_id: acme.id, slug: 'acme-parcels', version: 1 },
      { name: 'dev', color: '#10b981', protected: false, position: 1 },
      { name: 'prod', color: '#ef4444', protected: true, position: 2 },
      { user_id: root.id, role: 'admin' },
    ]);
    expect(accounts.audited).toMatchObject([
      {
        actor: { id: root.id },
        data: {
          event: 'OrganizationCreated',
          resource_key: 'acme-parcels',
          before: null,
          after: { environments: [{ name: 'dev' }, { name: 'prod' }], members: [{ user_id: root.id, role: 'admin' }] },
        },
      },
    ]);
  });

  it('stores nothing when the slug is taken or a name is refused', async () => {
    await create({ name: 'Taken', slug: 'taken' });
    accounts.arranged();

    await expect(create({ name: 'Other', slug: 'taken' })).rejects.toMatchObject({ code: 'already_exists' });
    await expect(create({ name: ' ' })).rejects.toMatchObject({ code: 'invalid_name' });
    await expect(create({ name: 'Bad', slug: 'Bad Slug' })).rejects.toMatchObject({ code: 'invalid_slug' });

    expect(accounts.uow.queued).toEqual([]);
    expect(accounts.uow.tables.organizations.size).toBe(1);
  });

  it('numbers the slugs of names that Latin letters do not spell, and of no others', async () => {
    const slugs = [];
    for (const name of ['日本', '中国', 'Россия', '🚀', 'مصر', 'ελλάδα', '한국'])
      slugs.push((await create({ name })).slug);

    expect(slugs.slice(0, 5)).toEqual(['org', 'org-2', 'org-3', 'org-4', 'org-5']);
    expect(slugs.slice(5)).toEqual([expect.stringMatching(/^org-[0-9a-f]{11}$/), expect.stringMatching(/^org-/)]);
    expect(new Set(slugs).size).toBe(slugs.length);
    await create({ name: 'Ünïted' });
    await expect(create({ name: 'United' })).rejects.toMatchObject({ code: 'already_exists' });
    await expect(create({ name: '日本', slug: 'org' })).rejects.toMatchObject({ code: 'already_exists' });
  });

  it('numbers the slugs of names without any letter or digit, which show nothing of the name', async () => {
    await expect(create({ name: '!!!' })).resolves.toMatchObject({ slug: 'org' });
    await expect(create({ name: '???' })).resolves.toMatchObject({ slug: 'org-2' });
    await expect(create({ name: 'C' })).resolves.toMatchObject({ slug: 'org-c' });
    await expect(create({ name: 'C++' })).rejects.toMatchObject({ code: 'already_exists' });
  });

  it('numbers no slug so that it reads as an id', async () => {
    const slugs: string[] = [];
    for (const sign of ['東', '京', '大', '阪', '神', '戸'])
      slugs.push((await create({ name: `a1900000 0000 7000 8000 ${sign}` })).slug);

    expect(slugs.slice(0, 2)).toEqual(['a1900000-0000-7000-8000', 'a1900000-0000-7000-8000-2']);
    expect(slugs.filter((slug) => UUID.test(slug))).toEqual([]);
  });

  it('refuses others than super admins, unless the settings allow every user', async () => {
    const ann = platformOrigin(await accounts.user('ann@loom.localhost'));
    const key = { ...ann, actor: { type: 'api_key' as const, id: root.id } };
    const unknown = { ...ann, actor: { type: 'user' as const, id: accounts.ids.next() } };
    for (const by of [ann, key, unknown]) {
      await expect(create({ name: 'Mine' }, { by })).rejects.toMatchObject({ code: 'forbidden' });
    }

    await expect(create({ name: 'Mine' }, { by: ann, openOrganizations: true })).resolves.toMatchObject({
      slug: 'mine',
    });
    for (const by of [key, unknown]) {
      await expect(create({ name: 'Other' }, { by, openOrganizations: true })).rejects.toMatchObject({
        code: 'forbidden',
      });
    }
  });
});
