import { InMemoryAccounts, originIn } from '../../../test/in-memory/world.js';
import type { Organization } from '../../domain/organizations/organization.js';
import type { User } from '../../domain/people/user.js';

describe('AddMember', () => {
  let accounts: InMemoryAccounts;
  let root: User;
  let ann: User;
  let acme: Organization;
  beforeEach(async () => {
    accounts = new InMemoryAccounts();
    [root, ann] = [await accounts.superAdmin(), await accounts.user('ann@loom.localhost', { passwordHash: undefined })];
    acme = await accounts.organization(root);
  });
  const add = (command: object = {}, organization: Pick<Organization, 'id'> = acme) => {
    const complete = { email: ann.email, role: 'member' as const, permissions: [], ...command };
    return accounts.useCases().addMember.execute(complete, originIn({ ...acme, ...organization }, root));
  };

  it('adds a person by their address; the fact and the audit entry do not show it', async () => {
    const member = await add({ email: ' ANN@loom.localhost', permissions: ['data:export_pii'] });

    expect(member).toMatchObject({ user_id: ann.id, email: ann.email, role: 'member', pending: true, version: 1 });
    expect(accounts.facts).toMatchObject([
      { type: 'member.added', org_id: acme.id, data: { user_id: ann.id, permissions: ['data:export_pii'] } },
    ]);
    expect(accounts.audited).toMatchObject([
      { org_id: acme.id, data: { event: 'MemberAdded', resource_id: ann.id, before: null, after: { role: 'member' } } },
    ]);
    expect(JSON.stringify(accounts.uow.queued)).not.toContain(ann.email);
    const membership = accounts.useCases().getMembership.execute({ user_id: ann.id, org: 'acme' });
    await expect(membership).resolves.toMatchObject({ role: 'member', permissions: ['data:export_pii'] });
  });

  it('adds a person once, also by concurrent requests', async () => {
    const outcomes = await Promise.allSettled([add(), add()]);

    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    await expect(add()).rejects.toMatchObject({ code: 'already_exists' });
    expect(accounts.facts).toHaveLength(1);
  });

  it.each([
    [{ email: 'bob@loom.localhost' }, { code: 'not_found', details: [{ field: 'email' }] }],
    [{ email: 'no address' }, { code: 'invalid_email' }],
    [{ role: 'owner' }, { code: 'invalid_type' }],
  ])('refuses %j and queues nothing', async (command, refusal) => {
    await expect(add(command)).rejects.toMatchObject(refusal);

    expect(accounts.uow.queued).toEqual([]);
  });

  it('does not find an unknown organization', async () => {
    await expect(add({}, { id: accounts.ids.next() })).rejects.toMatchObject({ code: 'not_found' });
  });
});
