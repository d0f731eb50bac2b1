import { InMemoryAccounts } from '../../../test/in-memory/world.js';

describe('GetMembership', () => {
  it('shows an organization to its members and to super admins; for others it does not exist', async () => {
    const accounts = new InMemoryAccounts();
    const [root, ann, bob] = [
      await accounts.superAdmin(),
      await accounts.user('ann@loom.localhost'),
      await accounts.user('bob@loom.localhost'),
    ];
    await accounts.organization(ann);
    const membership = (user_id: string, org = 'acme') => accounts.useCases().getMembership.execute({ user_id, org });

    await expect(membership(ann.id)).resolves.toMatchObject({ organization: { slug: 'acme' }, role: 'admin' });
    await expect(membership(root.id)).resolves.toMatchObject({ role: null, permissions: [] });
    for (const [user, org] of [[bob.id, 'acme'], [ann.id, 'nothing'], ['x', 'acme']] as const) {
      await expect(membership(user, org)).rejects.toMatchObject({ code: 'not_found' });
    } // prettier-ignore
  });
});
