import { InMemoryAccounts, originIn } from '../../../test/in-memory/world.js';
import type { Organization } from '../../domain/organizations/organization.js';
import type { User } from '../../domain/people/user.js';

const page = { limit: 50, order: 'asc' } as const;

describe('InviteMember', () => {
  let accounts: InMemoryAccounts;
  let root: User;
  let acme: Organization;
  beforeEach(async () => {
    accounts = new InMemoryAccounts();
    root = await accounts.superAdmin();
    acme = await accounts.organization(root);
  });
  const invite = (command: object = {}, organization: Pick<Organization, 'id'> = acme, quota = 1_000) => {
    const complete = { email: 'ann@loom.localhost', role: 'member' as const, permissions: [], ...command };
    const quotas = { environments: 50, keys: 2_000, members: quota };
    return accounts.useCases({ quotas }).inviteMember.execute(complete, originIn({ ...acme, ...organization }, root));
  };
  const waiting = async () => (await accounts.useCases().listInvitations.execute({ page }, originIn(acme, root))).data;

  it('answers the same whether or not the address has an account, and makes no member', async () => {
    await accounts.user('known@loom.localhost');
    const shape = (answer: object) => Object.keys(answer).toSorted();

    const [known, unknown] = [await invite({ email: ' Known@loom.localhost' }), await invite()];

    expect(shape(known)).toEqual(shape(unknown));
    expect(known).toMatchObject({ status: 'invited', email: 'known@loom.localhost', role: 'member', permissions: [] });
    expect(known.invite_token).toMatch(/^[0-9a-f]{64}$/);
    const members = await accounts.useCases().listMembers.execute({ page }, originIn(acme, root));
    expect(members.data.map(({ user_id }) => user_id)).toEqual([root.id]);
    expect((await waiting()).map(({ email }) => email)).toEqual(['known@loom.localhost', 'ann@loom.localhost']);
  });

  it('shows the token in the answer alone, and the address in no audit entry', async () => {
    const { invite_token: token, id } = await invite();

    expect(accounts.facts).toEqual([]);
    expect(accounts.audited).toMatchObject([{ org_id: acme.id, data: { event: 'MemberInvited', resource_id: id } }]);
    const everything = JSON.stringify([accounts.uow.queued, [...accounts.uow.tables.memberInvitations.values()]]);
    expect(everything).not.toContain(token);
    expect(JSON.stringify(accounts.uow.queued)).not.toContain('ann@');
  });

  it('keeps one invitation per address: another one has the new rights and replaces the link', async () => {
    const first = await invite();

    const second = await invite({ email: 'ANN@loom.localhost', role: 'admin' });

    expect(second.id).toBe(first.id);
    expect(second.invite_token).not.toBe(first.invite_token);
    expect(await waiting()).toMatchObject([{ id: first.id, role: 'admin' }]);
  });

  it('counts members and open invitations together, also of concurrent requests', async () => {
    const some = (n: number) => invite({ email: `person-${n}@loom.localhost` }, acme, 3);

    const outcomes = await Promise.allSettled([some(1), some(2), some(3)]);

    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(outcomes[2]).toMatchObject({ reason: { code: 'quota_exceeded', details: [{ limit: 3, used: 3 }] } });
    await expect(some(1)).resolves.toMatchObject({ status: 'invited' });
  });

  it.each([
    [{ email: 'no address' }, { code: 'invalid_email' }],
    [{ role: 'owner' }, { code: 'invalid_type' }],
    [{ permissions: ['everything'] }, { code: 'invalid_type' }],
  ])('refuses %j and queues nothing', async (command, refusal) => {
    await expect(invite(command)).rejects.toMatchObject(refusal);

    expect(accounts.uow.queued).toEqual([]);
  });

  it('does not find an unknown organization', async () => {
    await expect(invite({}, { id: accounts.ids.next() })).rejects.toMatchObject({ code: 'not_found' });
  });
});
