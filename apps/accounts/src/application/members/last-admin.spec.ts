import { InMemoryAccounts, originIn, platformOrigin } from '../../../test/in-memory/world.js';
import type { Organization } from '../../domain/organizations/organization.js';
import type { User } from '../../domain/people/user.js';

describe('the last admin of an organization', () => {
  let accounts: InMemoryAccounts;
  let root: User;
  let ann: User;
  let bob: User;
  let acme: Organization;
  beforeEach(async () => {
    accounts = new InMemoryAccounts();
    root = await accounts.superAdmin();
    [ann, bob] = [await accounts.user('ann@loom.localhost'), await accounts.user('bob@loom.localhost')];
    acme = await accounts.organization(ann);
  });
  const remove = ({ id }: User) => accounts.useCases().removeMember.execute({ user_id: id }, originIn(acme, root));
  const demote = ({ id }: User) =>
    accounts.useCases().updateMember.execute({ user_id: id, role: 'member' }, originIn(acme, root));
  const stays = async () => {
    await expect(demote(ann)).rejects.toMatchObject({ code: 'conflict' });
    await expect(remove(ann)).rejects.toMatchObject({ code: 'conflict' });
  };

  it('stays, though a super admin has access too', stays);

  it('stays beside members, whatever their permissions', async () => {
    await accounts.member(acme, bob, { permissions: ['admin:force_delete'] });

    await stays();
  });

  it('stays beside admins of other organizations', async () => {
    await accounts.organization(bob, 'other');

    await stays();
  });

  it('stays after the other admin was removed or demoted', async () => {
    await accounts.member(acme, bob, { role: 'admin' });
    await demote(bob);
    await stays();

    await remove(bob);
    await stays();
  });

  it('stays beside an admin that was only invited', async () => {
    const command = { email: 'eve@loom.localhost', role: 'admin', permissions: [] } as const;
    await accounts.useCases().inviteMember.execute(command, originIn(acme, ann));

    await stays();
  });

  it('may go once another admin is unlocked', async () => {
    await accounts.member(acme, bob, { role: 'admin' });
    const { lockUser, unlockUser } = accounts.useCases();
    await lockUser.execute({ user_id: bob.id }, platformOrigin(root));
    await stays();
    await unlockUser.execute({ user_id: bob.id }, platformOrigin(root));

    await expect(demote(ann)).resolves.toMatchObject({ role: 'member', version: 2 });
    await expect(remove(bob)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('keeps the role by an edit that is refused for its version first', async () => {
    const edit = { user_id: ann.id, role: 'member', if_version: 7 } as const;

    const refused = accounts.useCases().updateMember.execute(edit, originIn(acme, root));

    await expect(refused).rejects.toMatchObject({ code: 'version_conflict' });
    expect(accounts.uow.queued).toEqual([]);
  });
});
