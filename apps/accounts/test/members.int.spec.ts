import { accountsRpc, type AddMemberCommand, type Origin, type Role } from '#libs/contracts';
import { accountsProcess, anOrigin, type AccountsProcess } from './world.js';

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
    const { id } = await accounts.ask(accountsRpc.createUser, { email }, anOrigin('platform', root));
    return { id, email };
  };
  const add = (org: string, command: Partial<AddMemberCommand> & { email: string }, origin = anOrigin(org, root)) =>
    accounts.ask(accountsRpc.addMember, { role: 'member', permissions: [], ...command }, origin);
  const remove = (user_id: string, origin: Origin, if_version?: number) =>
    accounts.ask(accountsRpc.removeMember, { user_id, if_version }, origin);
  const list = (org: string, more: object = {}) =>
    accounts.ask(accountsRpc.listMembers, { page: { ...page, ...more } }, anOrigin(org, root));
  const roles = async (org: string) => (await list(org)).data.map(({ user_id, role }) => [user_id, role]);

  beforeAll(async () => {
    accounts = await accountsProcess();
    const [admin] = await accounts.database.sql('select id from app_user');
    root = admin!['id'] as string;
  });
  afterAll(() => accounts.stop());

  it('are added by address, with one fact and one audit entry that do not show it', async () => {
    const org = await newOrg('members-added');
    const { id, email } = await person();
    const origin = anOrigin(org, root);

    const member = await add(org, { email: ` ${email.toUpperCase()}`, permissions: ['data:export_pii'] }, origin);

    const { facts, audited } = await accounts.published(origin.request_id);
    expect(member).toMatchObject({ user_id: id, email, role: 'member', pending: true, version: 1 });
    expect(facts).toMatchObject([
      { type: 'member.added', org_id: org, data: { user_id: id, role: 'member', permissions: ['data:export_pii'] } },
    ]);
    expect(audited).toMatchObject([
      { org_id: org, data: { event: 'MemberAdded', resource_id: id, before: null, after: { role: 'member' } } },
    ]);
    expect(JSON.stringify([facts, audited])).not.toContain(email);
    await expect(accounts.ask(accountsRpc.getMembership, { user_id: id, org })).resolves.toMatchObject({
      role: 'member',
      permissions: ['data:export_pii'],
    });
  });

  it('are added once, and only when a user has the address', async () => {
    const org = await newOrg('members-once');
    const { email } = await person();

    const outcomes = await Promise.allSettled([add(org, { email }), add(org, { email })]);

    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    await expect(add(org, { email })).rejects.toMatchObject({ code: 'already_exists' });
    await expect(add(org, { email: 'nobody@loom.localhost' })).rejects.toMatchObject({
      code: 'not_found',
      details: [{ field: 'email' }],
    });
    await expect(add(org, { email: 'no address' })).rejects.toMatchObject({ code: 'invalid_email' });
    await expect(add(org, { email, role: 'owner' as string as Role })).rejects.toMatchObject({ code: 'invalid_type' });
    await expect(add(UNKNOWN, { email })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('change with a new version, one fact and one audit entry; an old version is refused with the current one', async () => {
    const org = await newOrg('members-changed');
    const { id, email } = await person();
    await add(org, { email, permissions: ['data:export_pii'] });
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
    await add(org, { email });
    const origin = anOrigin(org, root);

    await expect(remove(id, origin)).resolves.toEqual({});

    const { facts, audited } = await accounts.published(origin.request_id);
    expect(facts).toMatchObject([{ type: 'member.removed', org_id: org, data: { user_id: id } }]);
    expect(audited).toMatchObject([{ data: { event: 'MemberRemoved', severity: 'notice', after: null } }]);
    await expect(accounts.ask(accountsRpc.getMembership, { user_id: id, org })).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(remove(id, anOrigin(org, root))).rejects.toMatchObject({ code: 'not_found' });
    await expect(add(org, { email })).resolves.toMatchObject({ user_id: id, version: 1 });
  });

  it('always include an admin, also when the last two are removed concurrently', async () => {
    const org = await newOrg('members-last');
    const { id, email } = await person();
    await expect(remove(root, anOrigin(org, root))).rejects.toMatchObject({ code: 'conflict' });
    await add(org, { email, role: 'admin' });

    const demote = accounts.ask(accountsRpc.updateMember, { user_id: id, role: 'member' }, anOrigin(org, root));
    const outcomes = await Promise.allSettled([remove(root, anOrigin(org, root)), demote]);

    expect(outcomes.filter(({ status }) => status === 'rejected')).toMatchObject([{ reason: { code: 'conflict' } }]);
    expect((await roles(org)).filter(([, role]) => role === 'admin')).toHaveLength(1);
  });

  it('keep one of many admins that remove or demote each other concurrently', async () => {
    const org = await newOrg('members-race');
    const others = await Promise.all([person(), person(), person()]);
    for (const { email } of others) await add(org, { email, role: 'admin' });

    const demote = (user_id: string) =>
      accounts.ask(accountsRpc.updateMember, { user_id, role: 'member' }, anOrigin(org, root));

    const leaving = [root, ...others.map(({ id }) => id)];
    await Promise.allSettled(leaving.map((id, i) => (i % 2 === 0 ? remove(id, anOrigin(org, root)) : demote(id))));

    expect((await roles(org)).filter(([, role]) => role === 'admin')).toHaveLength(1);
  });

  it('of another organization are not found', async () => {
    const [org, other] = [await newOrg('members-mine'), await newOrg('members-theirs')];
    const { id, email } = await person();
    await add(org, { email });

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
    for (const { email } of others) await add(org, { email });
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
