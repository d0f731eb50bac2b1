import { accountsRpc, type InviteMemberCommand, type Origin, type Role } from '#libs/contracts';
import { accountsProcess, anOrigin, type AccountsProcess } from '../world.js';

const PASSWORD = 'a password of my own';
const QUOTA = 6;
const UNKNOWN = '01900000-0000-7000-8000-00000000dead';
const page = { limit: 50, order: 'asc' } as const;

describe('members', () => {
  let accounts: AccountsProcess;
  let root: string;
  let people = 0;

  const newOrg = async (slug: string): Promise<string> =>
    (await accounts.ask(accountsRpc.createOrganization, { name: slug, slug }, anOrigin('platform', root))).id;
  const person = async () => {
    people += 1;
    const email = `person-${people}@loom.localhost`;
    const account = { email, password: PASSWORD };
    const { id } = await accounts.ask(accountsRpc.createUser, account, anOrigin('platform', root));
    return { id, email };
  };
  const invite = (
    org: string,
    command: Partial<InviteMemberCommand> & { email: string },
    origin = anOrigin(org, root),
  ) => accounts.ask(accountsRpc.inviteMember, { role: 'member', permissions: [], ...command }, origin);
  const acceptAs = (id: string, token: string | undefined, origin = anOrigin('platform', id)) =>
    accounts.ask(accountsRpc.acceptInvitation, { token: token! }, origin);
  const add = async (
    org: string,
    { id, ...command }: Partial<InviteMemberCommand> & { id: string; email: string },
    origin?: Origin,
  ) => acceptAs(id, (await invite(org, command)).invite_token, origin);
  const remove = (user_id: string, origin: Origin, if_version?: number) =>
    accounts.ask(accountsRpc.removeMember, { user_id, if_version }, origin);
  const list = (org: string, more: object = {}) =>
    accounts.ask(accountsRpc.listMembers, { page: { ...page, ...more } }, anOrigin(org, root));
  const roles = async (org: string) => (await list(org)).data.map(({ user_id, role }) => [user_id, role]);

  beforeAll(async () => {
    accounts = await accountsProcess({ LOOM_QUOTA_MEMBERS: String(QUOTA) });
    const [admin] = await accounts.database.sql('select id from app_user');
    root = admin!['id'] as string;
  });
  afterAll(() => accounts.stop());

  it('join by an accepted invitation, with one fact and one audit entry that do not show the address', async () => {
    const org = await newOrg('members-added');
    const { id, email } = await person();
    const origin = anOrigin('platform', id);

    const accepted = await add(org, { id, email: ` ${email.toUpperCase()}`, permissions: ['data:export_pii'] }, origin);

    const { facts, audited } = await accounts.published(origin.request_id);
    expect(accepted).toMatchObject({ id, email, organization: { id: org, role: 'member' } });
    expect(facts).toMatchObject([
      { type: 'member.added', org_id: org, data: { user_id: id, role: 'member', permissions: ['data:export_pii'] } },
    ]);
    expect(audited).toMatchObject([
      { org_id: org, data: { event: 'MemberAdded', resource_id: id, before: null, after: { role: 'member' } } },
    ]);
    expect(JSON.stringify([facts.map(({ data }) => data), audited.map(({ data }) => data)])).not.toContain(email);
    await expect(accounts.ask(accountsRpc.getMembership, { user_id: id, org })).resolves.toMatchObject({
      role: 'member',
      permissions: ['data:export_pii'],
    });
  });

  it('are invited whatever is known of the address; the token is stored as a hash', async () => {
    const org = await newOrg('members-once');
    const { email } = await person();
    const origin = anOrigin(org, root);

    const known = await invite(org, { email }, origin);
    const unknown = await invite(org, { email: 'nobody@loom.localhost' });

    const { audited } = await accounts.published(origin.request_id);
    const stored = await accounts.database.sql('select * from member_invitation where id = $1', [known.id]);
    expect(Object.keys(known).toSorted()).toEqual(Object.keys(unknown).toSorted());
    expect(audited).toMatchObject([{ org_id: org, data: { event: 'MemberInvited', resource_id: known.id } }]);
    expect(stored).toHaveLength(1);
    expect(JSON.stringify([audited, stored])).not.toContain(known.invite_token);
    await expect(roles(org)).resolves.toEqual([[root, 'admin']]);
    await expect(invite(org, { email: 'no address' })).rejects.toMatchObject({ code: 'invalid_email' });
    const owner = { email, role: 'owner' as string as Role };
    await expect(invite(org, owner)).rejects.toMatchObject({ code: 'invalid_type' });
    await expect(invite(UNKNOWN, { email })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('are made by one of many that open a link at once', async () => {
    const org = await newOrg('members-one-link');
    const others = await Promise.all([person(), person(), person()]);
    const { invite_token: token } = await invite(org, { email: 'shared@loom.localhost' });
    const asNew = accounts.ask(accountsRpc.acceptInvitation, { token: token!, password: PASSWORD });

    const outcomes = await Promise.allSettled([...others.map(({ id }) => acceptAs(id, token)), asNew]);

    const refused = outcomes.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(3);
    for (const outcome of refused) expect(outcome).toMatchObject({ reason: { code: 'invalid_token' } });
    expect(await roles(org)).toHaveLength(2);
  });

  it('join or are withdrawn, never both', async () => {
    for (let round = 0; round < 5; round += 1) {
      const org = await newOrg(`members-withdrawn-${round}`);
      const { id, email } = await person();
      const invitation = await invite(org, { email });
      const withdraw = { invitation_id: invitation.id };

      const outcomes = await Promise.allSettled([
        acceptAs(id, invitation.invite_token),
        accounts.ask(accountsRpc.withdrawInvitation, withdraw, anOrigin(org, root)),
      ]);

      expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
      expect(await roles(org)).toHaveLength(outcomes[0].status === 'fulfilled' ? 2 : 1);
    }
  });

  it('do not pass the quota, however many are invited at once', async () => {
    const org = await newOrg('members-quota');
    const some = Array.from({ length: QUOTA + 3 }, (_, n) => invite(org, { email: `quota-${n}@loom.localhost` }));

    const outcomes = await Promise.allSettled(some);

    const refused = outcomes.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(4); // the founder counts
    for (const outcome of refused) expect(outcome).toMatchObject({ reason: { code: 'quota_exceeded' } });
  });

  it('change with a new version, one fact and one audit entry; an old version is refused with the current one', async () => {
    const org = await newOrg('members-changed');
    const { id, email } = await person();
    await add(org, { id, email, permissions: ['data:export_pii'] });
    const origin = anOrigin(org, root);
    const change = (command: object, by = anOrigin(org, root)) =>
      accounts.ask(accountsRpc.updateMember, { user_id: id, ...command }, by);

    const changed = await change({ role: 'admin', if_version: 1 }, origin);

    const { facts, audited } = await accounts.published(origin.request_id);
    expect(changed).toMatchObject({ role: 'admin', permissions: ['data:export_pii'], version: 2 });
    expect(facts).toMatchObject([{ type: 'member.updated', data: { user_id: id, role: 'admin' } }]);
    expect(audited).toMatchObject([
      { data: { event: 'MemberUpdated', before: { role: 'member' }, after: { role: 'admin', version: 2 } } },
    ]);
    await expect(change({ permissions: [], if_version: 1 })).rejects.toMatchObject({
      code: 'version_conflict',
      details: [{ current_version: 2 }],
    });
  });

  it('are removed with one fact and one audit entry, and may be added again', async () => {
    const org = await newOrg('members-gone');
    const { id, email } = await person();
    await add(org, { id, email });
    const origin = anOrigin(org, root);

    await expect(remove(id, origin)).resolves.toEqual({});

    const { facts, audited } = await accounts.published(origin.request_id);
    expect(facts).toMatchObject([{ type: 'member.removed', org_id: org, data: { user_id: id } }]);
    expect(audited).toMatchObject([{ data: { event: 'MemberRemoved', severity: 'notice', after: null } }]);
    await expect(accounts.ask(accountsRpc.getMembership, { user_id: id, org })).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(remove(id, anOrigin(org, root))).rejects.toMatchObject({ code: 'not_found' });
    await expect(add(org, { id, email })).resolves.toMatchObject({ id, organization: { id: org } });
  });

  it('always include an admin, also when the last two are removed concurrently', async () => {
    const org = await newOrg('members-last');
    const { id, email } = await person();
    await expect(remove(root, anOrigin(org, root))).rejects.toMatchObject({ code: 'conflict' });
    await add(org, { id, email, role: 'admin' });

    const demote = accounts.ask(accountsRpc.updateMember, { user_id: id, role: 'member' }, anOrigin(org, root));
    const outcomes = await Promise.allSettled([remove(root, anOrigin(org, root)), demote]);

    expect(outcomes.filter(({ status }) => status === 'rejected')).toMatchObject([{ reason: { code: 'conflict' } }]);
    expect((await roles(org)).filter(([, role]) => role === 'admin')).toHaveLength(1);
  });

  it('keep one of many admins that remove or demote each other concurrently', async () => {
    const org = await newOrg('members-race');
    const others = await Promise.all([person(), person(), person()]);
    for (const { id, email } of others) await add(org, { id, email, role: 'admin' });

    const demote = (user_id: string) =>
      accounts.ask(accountsRpc.updateMember, { user_id, role: 'member' }, anOrigin(org, root));

    const leaving = [root, ...others.map(({ id }) => id)];
    await Promise.allSettled(leaving.map((id, i) => (i % 2 === 0 ? remove(id, anOrigin(org, root)) : demote(id))));

    expect((await roles(org)).filter(([, role]) => role === 'admin')).toHaveLength(1);
  });

  it('of another organization are not found', async () => {
    const [org, other] = [await newOrg('members-mine'), await newOrg('members-theirs')];
    const { id, email } = await person();
    await add(org, { id, email });

    await expect(remove(id, anOrigin(other, root))).rejects.toMatchObject({ code: 'not_found' });
    await expect(
      accounts.ask(accountsRpc.updateMember, { user_id: id, role: 'admin' }, anOrigin(other, root)),
    ).rejects.toMatchObject({ code: 'not_found' });
    await expect(roles(other)).resolves.toEqual([[root, 'admin']]);
    for (const user_id of [UNKNOWN, 'x', '\u0000']) {
      await expect(remove(user_id, anOrigin(org, root))).rejects.toMatchObject({ code: 'not_found' });
    }
  });

  it('are listed in pages, each once', async () => {
    const org = await newOrg('members-listed');
    const others = await Promise.all([person(), person(), person()]);
    for (const { id, email } of others) await add(org, { id, email });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const found = await list(org, { limit: 2, cursor, order: 'desc' });
      seen.push(...found.data.map(({ user_id }) => user_id));
      cursor = found.next_cursor ?? undefined;
    } while (cursor !== undefined);

    expect(seen).toEqual([root, ...others.map(({ id }) => id)].toReversed());
    const { next_cursor } = await list(org, { limit: 1 });
    const elsewhere = await newOrg('members-elsewhere');
    await expect(list(elsewhere, { cursor: next_cursor })).rejects.toMatchObject({ code: 'invalid_cursor' });
  });
});
