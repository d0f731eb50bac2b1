import { InMemoryAccounts, platformOrigin } from '../../../test/in-memory/world.js';

const page = { limit: 10, order: 'asc' } as const;

describe('ListUsers', () => {
  it('lists people by a part of the address, to super admins alone', async () => {
    const accounts = new InMemoryAccounts();
    const [root, ann] = [await accounts.superAdmin(), await accounts.user('ann@loom.localhost')];
    const list = (by: typeof root, search?: string) =>
      accounts.useCases().listUsers.execute({ page, search }, platformOrigin(by));

    await expect(list(ann)).rejects.toMatchObject({ code: 'forbidden' });

    const found = await list(root, 'ANN');
    expect(found.data).toMatchObject([{ id: ann.id, email: ann.email, pending: false }]);
    expect((await list(root)).data).toHaveLength(2);
  });
});
