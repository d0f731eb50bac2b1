import { InMemoryAccounts, originIn } from '../../../test/in-memory/world.js';
import type { Organization } from '../../domain/organizations/organization.js';
import type { User } from '../../domain/people/user.js';

describe('ListMembers', () => {
  let accounts: InMemoryAccounts;
  let root: User;
  let acme: Organization;
  beforeEach(async () => {
    accounts = new InMemoryAccounts();
    root = await accounts.superAdmin();
    acme = await accounts.organization(root);
  });
  const list = (page: { limit?: number; cursor?: string; order?: 'asc' | 'desc' } = {}, organization = acme) =>
    accounts
      .useCases()
      .listMembers.execute({ page: { limit: 50, order: 'asc', ...page } }, originIn(organization, root));
  const join = async (name: string, organization = acme) => {
    accounts.clock.advance(1_000);
    return accounts.member(organization, await accounts.user(`${name}@loom.localhost`));
  };

  it('shows the address, the rights and the times of each member', async () => {
    const { data } = await list();

    const at = accounts.clock.now().toISOString();
    expect(data).toEqual([
      {
        user_id: root.id,
        email: root.email,
        role: 'admin',
        permissions: ['killswitch:activate', 'admin:force_delete', 'data:export_pii', 'data:delete_pii'],
        invited_as: null,
        version: 1,
        created_at: at,
        updated_at: at,
      },
    ]);
  });

  it.each(['asc', 'desc'] as const)('shows each member once in pages, %s', async (order) => {
    for (const name of ['a', 'b', 'c', 'd']) await join(name);

    const seen: string[] = [];
    for (let cursor: string | undefined, more = true; more;) {
      const page = await list({ limit: 2, order, cursor });
      seen.push(...page.data.map(({ email }) => email[0]!));
      [cursor, more] = [page.next_cursor ?? undefined, page.has_more];
    }

    const all = ['r', 'a', 'b', 'c', 'd'];
    expect(seen).toEqual(order === 'asc' ? all : all.toReversed());
  });

  it('leaves out removed members, people that are only invited and members of other organizations', async () => {
    const ann = await join('ann');
    await join('bob', await accounts.organization(root, 'other'));
    const { inviteMember, removeMember } = accounts.useCases();
    const invited = { email: 'eve@loom.localhost', role: 'member', permissions: [] } as const;
    await inviteMember.execute(invited, originIn(acme, root));
    await removeMember.execute({ user_id: ann.userId }, originIn(acme, root));

    expect((await list()).data.map(({ email }) => email)).toEqual([root.email]);
  });

  it('refuses the cursor of another organization', async () => {
    await join('ann');
    const { next_cursor } = await list({ limit: 1 });
    const other = await accounts.organization(root, 'other');

    await expect(list({ cursor: next_cursor! }, other)).rejects.toMatchObject({ code: 'invalid_cursor' });
  });
});
