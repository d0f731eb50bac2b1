import { DAY_MS, InMemoryAccounts, originIn } from '../../../test/in-memory/world.js';
import type { Organization } from '../../domain/organizations/organization.js';
import type { User } from '../../domain/people/user.js';
import { userOfMember } from './user-of-member.js';

describe('the user of a member', () => {
  let accounts: InMemoryAccounts;
  let root: User;
  let acme: Organization;
  beforeEach(async () => {
    accounts = new InMemoryAccounts();
    root = await accounts.superAdmin();
    acme = await accounts.organization(root);
  });
  const find = (id: string, { id: orgId } = acme) => userOfMember(accounts.uow, id, orgId);
  const invite = async () => {
    const command = { email: 'eve@loom.localhost', role: 'member', permissions: [] } as const;
    return (await accounts.useCases().inviteMember.execute(command, originIn(acme, root))).id;
  };

  it('is found by id, also one that is locked', async () => {
    const ann = await accounts.user('ann@loom.localhost', { lockedAt: accounts.clock.now() });

    await expect(find(ann.id)).resolves.toEqual(ann);
  });

  it('is not there yet for an invitation, also one that expired', async () => {
    const id = await invite();

    await expect(find(id)).rejects.toMatchObject({ code: 'conflict' });
    accounts.clock.advance(8 * DAY_MS);
    await expect(find(id)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('does not exist for unknown ids, invitations of other organizations and those that were withdrawn', async () => {
    const id = await invite();
    const other = await accounts.organization(root, 'other');
    await expect(find(id, other)).rejects.toMatchObject({ code: 'not_found' });
    await expect(find(accounts.ids.next())).rejects.toMatchObject({ code: 'not_found' });

    await accounts.useCases().withdrawInvitation.execute({ invitation_id: id }, originIn(acme, root));

    await expect(find(id)).rejects.toMatchObject({ code: 'not_found' });
  });
});
