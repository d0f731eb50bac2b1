import type { Origin } from '#libs/contracts';
import {
  DAY_MS,
  InMemoryAccounts,
  originIn,
  PASSWORD,
  platformOrigin,
  stranger,
} from '../../../test/in-memory/world.js';
import type { Organization } from '../../domain/organizations/organization.js';
import type { User } from '../../domain/people/user.js';

const EMAIL = 'eve@loom.localhost';
const invalidLink = { code: 'invalid_token' };

describe('the link of an organization', () => {
  let accounts: InMemoryAccounts;
  let root: User;
  let admin: User;
  let other: User;
  let acme: Organization;
  beforeEach(async () => {
    accounts = new InMemoryAccounts();
    [root, admin] = [await accounts.superAdmin(), await accounts.user('admin@loom.localhost')];
    other = await accounts.user('other@loom.localhost');
    acme = await accounts.organization(admin);
  });
  const inviteBy = async (by: User, email = EMAIL) => {
    const command = { email, role: 'member', permissions: [] } as const;
    const { id, invite_token } = await accounts.useCases().inviteMember.execute(command, originIn(acme, by));
    accounts.arranged();
    return { id, token: invite_token! };
  };
  const accept = (token: string, by: Origin = stranger, members = 1_000) => {
    const quotas = { environments: 50, keys: 2_000, members };
    return accounts.useCases({ quotas }).acceptInvitation.execute({ token, password: PASSWORD }, by);
  };
  const setRole = ({ id }: User, role: 'admin' | 'member') =>
    accounts.useCases().updateMember.execute({ user_id: id, role }, originIn(acme, admin));
  /** Runs once, while the password of the new person is hashed: between the two transactions. */
  const whileHashing = (work: () => Promise<unknown>) => {
    const hash = accounts.hasher.hash.bind(accounts.hasher);
    accounts.hasher.hash = async (text) => {
      accounts.hasher.hash = hash;
      await work();
      return hash(text);
    };
  };
  const members = () => [...accounts.uow.tables.members.values()].length;

  it('rests while the admin that made it is no admin, and works again with the rights', async () => {
    await accounts.member(acme, other, { role: 'admin' });
    const { token } = await inviteBy(other);
    await setRole(other, 'member');
    await expect(accept(token)).rejects.toMatchObject(invalidLink);

    await setRole(other, 'admin');

    await expect(accept(token)).resolves.toMatchObject({ email: EMAIL });
  });

  it('of a super admin that is not a member works as one of an admin does', async () => {
    const { token } = await inviteBy(root);

    await expect(accept(token)).resolves.toMatchObject({ organization: { id: acme.id, role: 'member' } });
  });

  it('rests while the account of the admin that made it is locked', async () => {
    await accounts.member(acme, other, { role: 'admin' });
    const { token } = await inviteBy(other);
    await accounts.useCases().lockUser.execute({ user_id: other.id }, platformOrigin(root));
    accounts.arranged();

    await expect(accept(token)).rejects.toMatchObject(invalidLink);
    expect(accounts.uow.queued).toEqual([]);
    await accounts.useCases().unlockUser.execute({ user_id: other.id }, platformOrigin(root));
    await expect(accept(token)).resolves.toMatchObject({ email: EMAIL });
  });

  it('opens nothing for an account that is not there any more, and stays good', async () => {
    const { token } = await inviteBy(admin);
    const gone = platformOrigin({ ...other, id: accounts.ids.next() });

    await expect(accept(token, gone)).rejects.toMatchObject({ code: 'invalid_token' });

    await expect(accept(token, platformOrigin(other))).resolves.toMatchObject({ id: other.id });
  });

  it('is refused when the organization is full of members, and stays good until there is room', async () => {
    const { token } = await inviteBy(admin);

    await expect(accept(token, stranger, 1)).rejects.toMatchObject({
      code: 'quota_exceeded',
      details: [{ limit: 1, used: 1 }],
    });

    expect(accounts.uow.queued).toEqual([]);
    expect([...accounts.uow.tables.users.values()].map(({ email }) => email)).not.toContain(EMAIL);
    await expect(accept(token, stranger, 2)).resolves.toMatchObject({ email: EMAIL });
  });

  it('makes one account, however often it is sent', async () => {
    const { token } = await inviteBy(admin);

    const outcomes = await Promise.allSettled([accept(token), accept(token), accept(token)]);

    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect([...accounts.uow.tables.users.values()].filter(({ email }) => email === EMAIL)).toHaveLength(1);
    expect(members()).toBe(2);
  });

  it('is checked again after the slow hash: withdrawn, replaced, expired or used meanwhile, it makes nothing', async () => {
    const { withdrawInvitation } = accounts.useCases();
    const changes: readonly ((id: string, token: string) => Promise<unknown>)[] = [
      (invitation_id) => withdrawInvitation.execute({ invitation_id }, originIn(acme, admin)),
      () => inviteBy(admin),
      (_, token) => accept(token, platformOrigin(other)),
      async () => accounts.clock.advance(7 * DAY_MS),
    ];
    const before = accounts.uow.tables.users.size;

    for (const change of changes) {
      const { id, token } = await inviteBy(admin);
      whileHashing(() => change(id, token));
      await expect(accept(token)).rejects.toMatchObject(invalidLink);
    }

    expect(accounts.uow.tables.users.size).toBe(before);
    expect(members()).toBe(2); // the admin, and the account that used the third link
  });

  it('takes over no account that its address got during the slow hash, and stays good for it', async () => {
    const { token } = await inviteBy(admin);
    let eve: User | undefined;
    whileHashing(async () => (eve = await accounts.user(EMAIL, { passwordHash: 'her own' })));

    await expect(accept(token)).rejects.toMatchObject({ code: 'already_exists' });

    expect(accounts.uow.tables.users.get(eve!.id)).toEqual(eve);
    await expect(accept(token, platformOrigin(eve!))).resolves.toMatchObject({ id: eve!.id });
  });

  it('that was used makes room for a new invitation of the same address, which is another one', async () => {
    const first = await inviteBy(admin);
    await accept(first.token, platformOrigin(other));

    const second = await inviteBy(admin);

    expect(second.id).not.toBe(first.id);
    await expect(accept(second.token)).resolves.toMatchObject({ email: EMAIL });
  });
});
