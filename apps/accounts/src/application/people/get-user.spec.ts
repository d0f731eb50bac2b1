import { InMemoryAccounts, platformOrigin } from '../../../test/in-memory/world.js';

describe('the person of an access token', () => {
  const setUp = () => {
    const accounts = new InMemoryAccounts();
    const { getUser, listAccess } = accounts.useCases();
    const get = (user_id: string) => getUser.execute({ user_id });
    const access = async (user_id: string, limit = 50) => (await listAccess.execute({ user_id, limit })).organizations;
    return { accounts, get, access };
  };

  it('is found without the hash of the password, versions and times', async () => {
    const { accounts, get } = setUp();
    const { id, email } = await accounts.user('ann@loom.localhost');

    await expect(get(id)).resolves.toEqual({ id, email, is_super_admin: false });
  });

  it.each([
    ['locked', { lockedAt: new Date() }],
    ['pending', { passwordHash: undefined }],
  ])('is not found while %s, like one that does not exist', async (_, change) => {
    const { accounts, get } = setUp();
    const { id } = await accounts.user('ann@loom.localhost', change);
    const refusal = await get(id).catch((error: Error) => error.message);

    await expect(get(id)).rejects.toMatchObject({ code: 'not_found' });

    await expect(get(accounts.ids.next())).rejects.toThrow(String(refusal));
  });

  it('has the rights of each own organization, the oldest first, up to the limit', async () => {
    const { accounts, access } = setUp();
    const [root, ann] = [await accounts.superAdmin(), await accounts.user('ann@loom.localhost')];
    const acme = await accounts.organization(root);
    accounts.clock.advance(1_000);
    await accounts.organization(ann, 'beta');
    await accounts.organization(root, 'others');
    await accounts.member(acme, ann, { permissions: ['data:export_pii'] });

    expect(await access(ann.id)).toMatchObject([
      { slug: 'acme', role: 'member', permissions: ['data:export_pii'] },
      { slug: 'beta', role: 'admin' },
    ]);
    expect((await access(ann.id, 1)).map(({ slug }) => slug)).toEqual(['acme']);
  });

  it('loses the rights in an organization with the membership', async () => {
    const { accounts, access } = setUp();
    const [root, ann] = [await accounts.superAdmin(), await accounts.user('ann@loom.localhost')];
    const acme = await accounts.organization(root);
    await accounts.member(acme, ann);
    const origin = { ...platformOrigin(root), scope: acme.id };
    await accounts.useCases().removeMember.execute({ user_id: ann.id }, origin);

    expect(await access(ann.id)).toEqual([]);
  });
});
