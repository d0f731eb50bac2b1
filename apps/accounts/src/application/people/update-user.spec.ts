import { InMemoryAccounts, platformOrigin } from '../../../test/in-memory/world.js';
import type { User } from '../../domain/people/user.js';

describe('UpdateUser', () => {
  let accounts: InMemoryAccounts;
  let root: User;
  let ann: User;
  beforeEach(async () => {
    accounts = new InMemoryAccounts();
    root = await accounts.superAdmin();
    ann = await accounts.user('ann@loom.localhost');
  });

  const update = (
    user: User,
    is_super_admin: boolean,
    { by = root, if_version = undefined as number | undefined } = {},
  ) => accounts.useCases().updateUser.execute({ user_id: user.id, is_super_admin, if_version }, platformOrigin(by));
  const lastOne = { code: 'conflict' };

  it('makes a person a super admin, with one audit entry of the platform', async () => {
    await expect(update(ann, true, { if_version: 1 })).resolves.toMatchObject({ is_super_admin: true, version: 2 });

    expect(accounts.audited).toMatchObject([
      {
        org_id: null,
        actor: { id: root.id },
        data: { event: 'UserUpdated', before: { is_super_admin: false }, after: { is_super_admin: true } },
      },
    ]);
  });

  it('publishes the new rights, so that every gateway forgets the old ones', async () => {
    await update(ann, true);
    accounts.arranged();

    await update(ann, false);

    expect(accounts.facts).toMatchObject([
      { type: 'user.updated', org_id: null, data: { user_id: ann.id, is_super_admin: false, can_sign_in: true } },
    ]);
    expect(JSON.stringify(accounts.facts.map(({ data }) => data))).not.toContain(ann.email);
  });

  it('does nothing when the rights are the same', async () => {
    await expect(update(ann, false)).resolves.toMatchObject({ version: 1 });

    expect(accounts.uow.queued).toEqual([]);
  });

  it('refuses to promote a person that has not accepted: the link may lie in other hands', async () => {
    const pending = await accounts.user('eve@loom.localhost', { passwordHash: undefined });

    await expect(update(pending, true)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('keeps the last super admin that can sign in', async () => {
    await accounts.user('locked@loom.localhost', { isSuperAdmin: true, lockedAt: accounts.clock.now() });
    await accounts.user('invited@loom.localhost', { isSuperAdmin: true, passwordHash: undefined });
    await expect(update(root, false)).rejects.toMatchObject(lastOne);
    await update(ann, true);

    await expect(update(root, false)).resolves.toMatchObject({ is_super_admin: false });

    await expect(update(ann, false, { by: ann })).rejects.toMatchObject(lastOne);
  });

  it('keeps one of two super admins that remove each other concurrently', async () => {
    const other = await accounts.superAdmin('other@loom.localhost');

    const outcomes = await Promise.allSettled([update(other, false), update(root, false, { by: other })]);

    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const admins = [...accounts.uow.tables.users.values()].filter(({ isSuperAdmin }) => isSuperAdmin);
    expect(admins).toHaveLength(1);
  });

  it('refuses others than super admins, unknown users and an old version', async () => {
    await expect(update(ann, true, { by: ann })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(update({ ...ann, id: accounts.ids.next() }, true)).rejects.toMatchObject({ code: 'not_found' });
    await update(ann, true);

    await expect(update(ann, false, { if_version: 1 })).rejects.toMatchObject({
      code: 'version_conflict',
      details: [{ current_version: 2 }],
    });
  });

  it('takes the rights from a locked person, and keeps the person locked', async () => {
    const out = await accounts.user('out@loom.localhost', { isSuperAdmin: true, lockedAt: accounts.clock.now() });

    await expect(update(out, false)).resolves.toMatchObject({ is_super_admin: false, locked: true, version: 2 });

    expect(accounts.facts).toMatchObject([{ data: { is_super_admin: false, can_sign_in: false } }]);
  });

  it('checks the caller, then the person, then the version, then the rights', async () => {
    const unknown = { ...ann, id: accounts.ids.next() };

    await expect(update(unknown, true, { by: ann })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(update(unknown, true, { if_version: 7 })).rejects.toMatchObject({ code: 'not_found' });
    await expect(update(root, false, { if_version: 7 })).rejects.toMatchObject({ code: 'version_conflict' });
    await expect(update(root, true, { if_version: 7 })).rejects.toMatchObject({ code: 'version_conflict' });
    await expect(update(root, false, { if_version: 1 })).rejects.toMatchObject(lastOne);
    expect(accounts.uow.queued).toEqual([]);
  });
});
