import { InMemoryAccounts, originIn } from '../../../test/in-memory/world.js';
import type { Organization } from '../../domain/organizations/organization.js';
import type { User } from '../../domain/people/user.js';

describe('RemoveMember', () => {
  let accounts: InMemoryAccounts;
  let root: User;
  let ann: User;
  let acme: Organization;
  beforeEach(async () => {
    accounts = new InMemoryAccounts();
    [root, ann] = [await accounts.superAdmin(), await accounts.user('ann@loom.localhost')];
    acme = await accounts.organization(root);
  });
  const add = (role: 'admin' | 'member') => accounts.member(acme, ann, { role });
  const remove = ({ id }: Pick<User, 'id'>, if_version?: number, organization = acme) =>
    accounts.useCases().removeMember.execute({ user_id: id, if_version }, originIn(organization, root));

  it('ends the membership with one fact and one audit entry; the person may join again', async () => {
    await add('member');

    await expect(remove(ann, 1)).resolves.toEqual({});

    expect(accounts.facts).toMatchObject([
      { type: 'member.removed', org_id: acme.id, data: { user_id: ann.id, role: 'member' } },
    ]);
    expect(accounts.audited).toMatchObject([
      { data: { event: 'MemberRemoved', severity: 'notice', before: { user_id: ann.id }, after: null } },
    ]);
    expect(JSON.stringify(accounts.uow.queued)).not.toContain(ann.email);
    const membership = accounts.useCases().getMembership.execute({ user_id: ann.id, org: acme.id });
    await expect(membership).rejects.toMatchObject({ code: 'not_found' });
    await expect(remove(ann)).rejects.toMatchObject({ code: 'not_found' });
    await expect(add('admin')).resolves.toMatchObject({ userId: ann.id, version: 1 });
  });

  it('keeps the last admin of the organization, also of two that are removed concurrently', async () => {
    await expect(remove(root)).rejects.toMatchObject({ code: 'conflict' });
    await add('admin');

    const outcomes = await Promise.allSettled([remove(root), remove(ann)]);

    expect(outcomes.filter(({ status }) => status === 'rejected')).toMatchObject([{ reason: { code: 'conflict' } }]);
  });

  it('keeps the only admin that can sign in beside locked ones', async () => {
    const bob = await accounts.user('bob@loom.localhost', { lockedAt: accounts.clock.now() });
    await accounts.member(acme, bob, { role: 'admin' });

    await expect(remove(root)).rejects.toMatchObject({ code: 'conflict' });
    await expect(remove(bob)).resolves.toEqual({});
  });

  it('refuses an old version, unknown people and members of another organization', async () => {
    await add('member');
    const other = await accounts.organization(root, 'other');

    await expect(remove(ann, 7)).rejects.toMatchObject({ code: 'version_conflict' });
    await expect(remove(ann, undefined, other)).rejects.toMatchObject({ code: 'not_found' });
    await expect(remove({ id: 'x' })).rejects.toMatchObject({ code: 'not_found' });
    expect(accounts.uow.queued).toEqual([]);
  });
});
