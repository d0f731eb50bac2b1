import { InMemoryAccounts, originIn } from '../../../test/in-memory/world.js';
import type { Organization } from '../../domain/organizations/organization.js';
import type { User } from '../../domain/people/user.js';

describe('UpdateMember', () => {
  let accounts: InMemoryAccounts;
  let root: User;
  let ann: User;
  let acme: Organization;
  beforeEach(async () => {
    accounts = new InMemoryAccounts();
    [root, ann] = [await accounts.superAdmin(), await accounts.user('ann@loom.localhost')];
    acme = await accounts.organization(root);
    await accounts.member(acme, ann, { permissions: ['data:export_pii'] });
  });
  const update = ({ id }: Pick<User, 'id'>, command: object, organization = acme) =>
    accounts.useCases().updateMember.execute({ user_id: id, ...command }, originIn(organization, root));

  it('changes the role and keeps absent fields, with one fact and one audit entry', async () => {
    const changed = await update(ann, { role: 'admin', if_version: 1 });

    expect(changed).toMatchObject({ email: ann.email, role: 'admin', permissions: ['data:export_pii'], version: 2 });
    expect(accounts.facts).toMatchObject([{ type: 'member.updated', data: { user_id: ann.id, role: 'admin' } }]);
    expect(accounts.audited).toMatchObject([
      { data: { event: 'MemberUpdated', before: { role: 'member' }, after: { role: 'admin', version: 2 } } },
    ]);
  });

  it('keeps the last admin of the organization', async () => {
    await expect(update(root, { role: 'member' })).rejects.toMatchObject({ code: 'conflict' });
    await expect(update(root, { permissions: [] })).resolves.toMatchObject({ role: 'admin', permissions: [] });
    await update(ann, { role: 'admin' });

    const outcomes = await Promise.allSettled([update(root, { role: 'member' }), update(ann, { role: 'member' })]);

    expect(outcomes.filter(({ status }) => status === 'rejected')).toMatchObject([{ reason: { code: 'conflict' } }]);
  });

  it('counts only admins that can sign in as the last one', async () => {
    await accounts.member(acme, await accounts.user('bob@loom.localhost', { lockedAt: accounts.clock.now() }), {
      role: 'admin',
    });

    await expect(update(root, { role: 'member' })).rejects.toMatchObject({ code: 'conflict' });
  });

  it('refuses to give rights to a person that is only invited', async () => {
    const command = { email: 'eve@loom.localhost', role: 'member', permissions: [] } as const;
    const { id } = await accounts.useCases().inviteMember.execute(command, originIn(acme, root));

    await expect(update({ id }, { role: 'admin' })).rejects.toMatchObject({ code: 'conflict' });
  });

  it('refuses an old version, and reports the current one', async () => {
    await update(ann, { permissions: [] });

    await expect(update(ann, { role: 'admin', if_version: 1 })).rejects.toMatchObject({
      code: 'version_conflict',
      details: [{ current_version: 2 }],
    });
  });

  it('does not find unknown people and members of another organization', async () => {
    const other = await accounts.organization(root, 'other');

    await expect(update(ann, { role: 'admin' }, other)).rejects.toMatchObject({ code: 'not_found' });
    await expect(update({ id: 'x' }, { role: 'admin' })).rejects.toMatchObject({ code: 'not_found' });
  });
});
