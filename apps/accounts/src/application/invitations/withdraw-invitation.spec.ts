import { DAY_MS, InMemoryAccounts, originIn, PASSWORD, stranger } from '../../../test/in-memory/world.js';
import type { Organization } from '../../domain/organizations/organization.js';
import type { User } from '../../domain/people/user.js';

const notFound = { code: 'not_found' };

describe('waiting invitations', () => {
  let accounts: InMemoryAccounts;
  let root: User;
  let acme: Organization;
  let other: Organization;
  beforeEach(async () => {
    accounts = new InMemoryAccounts();
    root = await accounts.superAdmin();
    [acme, other] = [await accounts.organization(root), await accounts.organization(root, 'other')];
  });
  const invite = async (name = 'ann') => {
    const command = { email: `${name}@loom.localhost`, role: 'member', permissions: ['data:export_pii'] } as const;
    const invited = await accounts.useCases().inviteMember.execute(command, originIn(acme, root));
    accounts.arranged();
    return invited;
  };
  const accept = (token: string) =>
    accounts.useCases().acceptInvitation.execute({ token, password: PASSWORD }, stranger);
  const withdraw = (invitation_id: string, organization = acme) =>
    accounts.useCases().withdrawInvitation.execute({ invitation_id }, originIn(organization, root));
  const list = (page: { limit?: number; cursor?: string } = {}, organization = acme) =>
    accounts
      .useCases()
      .listInvitations.execute({ page: { limit: 50, order: 'asc', ...page } }, originIn(organization, root));

  it('are withdrawn with one audit entry that shows no address, and no fact', async () => {
    const { id, invite_token } = await invite();

    await expect(withdraw(id)).resolves.toEqual({});

    expect(accounts.facts).toEqual([]);
    expect(accounts.audited).toMatchObject([
      { data: { event: 'InvitationWithdrawn', resource_id: id, before: { role: 'member' }, after: null } },
    ]);
    expect(JSON.stringify(accounts.uow.queued)).not.toContain('ann@');
    await expect(accept(invite_token!)).rejects.toMatchObject({ code: 'invalid_token' });
  });

  it('are withdrawn once, also of concurrent requests', async () => {
    const { id } = await invite();

    const outcomes = await Promise.allSettled([withdraw(id), withdraw(id)]);

    expect(outcomes).toMatchObject([{ status: 'fulfilled' }, { reason: notFound }]);
    expect(accounts.audited).toHaveLength(1);
  });

  it('are neither withdrawn nor listed by another organization', async () => {
    const { id } = await invite();

    await expect(withdraw(id, other)).rejects.toMatchObject(notFound);

    expect((await list({}, other)).data).toEqual([]);
    expect((await list()).data).toMatchObject([{ id, status: 'invited', invited_by: root.id }]);
  });

  it('are over when they were accepted or expired: neither withdrawn nor listed', async () => {
    const [accepted, expired] = [await invite('ann'), await invite('bob')];
    await accept(accepted.invite_token!);
    await expect(withdraw(accepted.id)).rejects.toMatchObject(notFound);
    expect((await list()).data.map(({ id }) => id)).toEqual([expired.id]);

    accounts.clock.advance(7 * DAY_MS);

    expect((await list()).data).toEqual([]);
    await expect(withdraw(expired.id)).rejects.toMatchObject(notFound);
  });

  it('are listed in pages without their tokens; the cursor belongs to the organization', async () => {
    const tokens: string[] = [];
    for (const name of ['ann', 'bob', 'eve']) {
      tokens.push((await invite(name)).invite_token!);
      accounts.clock.advance(1_000);
    }
    const first = await list({ limit: 2 });
    const cursor = first.next_cursor!;
    const second = await list({ limit: 2, cursor });

    expect([...first.data, ...second.data].map(({ email }) => email[0])).toEqual(['a', 'b', 'e']);
    for (const token of tokens) expect(JSON.stringify([first, second])).not.toContain(token);
    await expect(list({ limit: 2, cursor }, other)).rejects.toMatchObject({ code: 'invalid_cursor' });
  });
});
