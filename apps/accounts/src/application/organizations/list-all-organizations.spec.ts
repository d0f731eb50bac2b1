import { InMemoryAccounts, platformOrigin } from '../../../test/in-memory/world.js';

const page = { limit: 10, order: 'asc' } as const;

describe('the lists of organizations', () => {
  it('hold every organization for a super admin, and a person their own', async () => {
    const accounts = new InMemoryAccounts();
    const [root, ann] = [await accounts.superAdmin(), await accounts.user('ann@loom.localhost')];
    await accounts.organization(root, 'one');
    await accounts.organization(ann, 'two');
    const { listOrganizations, listAllOrganizations } = accounts.useCases();
    const slugs = async (user_id: string) =>
      (await listOrganizations.execute({ user_id, page })).data.map(({ slug }) => slug);

    const all = await listAllOrganizations.execute({ page }, platformOrigin(root));

    expect(all.data.map(({ slug }) => slug)).toEqual(['one', 'two']);
    await expect(slugs(root.id)).resolves.toEqual(['one', 'two']);
    await expect(slugs(ann.id)).resolves.toEqual(['two']);
    await expect(listAllOrganizations.execute({ page }, platformOrigin(ann))).rejects.toMatchObject({
      code: 'forbidden',
    });
  });
});
