import {
  claimsOf,
  FAILURES,
  hashOf,
  InMemoryAccounts,
  PASSWORD,
  platformOrigin,
  stranger,
} from '../../../test/in-memory/world.js';
import { changeUser, type User } from '../../domain/people/user.js';

const NEW = 'another password of mine';

describe('ChangePassword', () => {
  let accounts: InMemoryAccounts;
  let root: User;
  let ann: User;
  beforeEach(async () => {
    accounts = new InMemoryAccounts();
    root = await accounts.superAdmin();
    ann = await accounts.user('ann@loom.localhost');
  });

  const signIn = async () => {
    const command = { email: ann.email, password: PASSWORD, client_type: 'web' as const, address: 'home' };
    const pair = await accounts.useCases().signIn.execute(command, stranger);
    accounts.arranged();
    return { ...pair, sid: claimsOf(pair.access_token)['sid'] as string };
  };
  const change = (command: object = {}, origin = platformOrigin(ann)) =>
    accounts.useCases().changePassword.execute({ current: PASSWORD, new: NEW, ...command }, origin);
  const refresh = (refresh_token: string) =>
    accounts.useCases().refreshSession.execute({ refresh_token, client_type: 'web' }, stranger);
  const wrong = { code: 'invalid_credentials', details: [{ field: 'current' }] };

  it('ends every other session, with one audit entry', async () => {
    const [here, there] = [await signIn(), await signIn()];

    await expect(change({ session_id: here.sid })).resolves.toEqual({ ended_sessions: 1 });

    expect(accounts.uow.tables.users.get(ann.id)).toMatchObject({ passwordHash: hashOf(NEW), version: 2 });
    expect(accounts.audited).toMatchObject([
      { actor: { id: ann.id }, data: { event: 'UserPasswordChanged', metadata: { ended_sessions: 1 } } },
    ]);
    await expect(refresh(there.refresh_token)).rejects.toMatchObject({ code: 'invalid_refresh_token' });
    await expect(refresh(here.refresh_token)).resolves.toMatchObject({ user: { id: ann.id } });
  });

  it('refuses a wrong current password, with a warning in the audit log', async () => {
    await expect(change({ current: 'wrong' })).rejects.toMatchObject(wrong);

    expect(accounts.audited).toMatchObject([{ data: { event: 'UserSignInFailed', action: 'change_password' } }]);
    expect(accounts.uow.tables.users.get(ann.id)?.passwordHash).toBe(hashOf(PASSWORD));
  });

  it('counts wrong passwords together with failed sign-ins of the same address', async () => {
    for (let i = 0; i < FAILURES; i += 1) {
      await expect(change({ current: 'wrong', address: 'home' })).rejects.toMatchObject(wrong);
    }

    await expect(change({ address: 'home' })).rejects.toMatchObject({ code: 'rate_limited' });
  });

  it('does not count a fault of the service as a failure', async () => {
    accounts.hasher.onVerify = () => Promise.reject(new Error('overloaded'));
    for (let i = 0; i < 2 * FAILURES; i += 1) await expect(change()).rejects.toThrow('overloaded');
    accounts.hasher.onVerify = async () => undefined;

    await expect(change()).resolves.toEqual({ ended_sessions: 0 });
  });

  it('refuses when another request changed the password while it was compared', async () => {
    const changed = changeUser(ann, { passwordHash: hashOf('of another') }, accounts.clock.now());
    accounts.hasher.onVerify = () => accounts.uow.acrossOrganizations(({ users }) => users.save(changed));

    await expect(change()).rejects.toMatchObject(wrong);

    expect(accounts.uow.tables.users.get(ann.id)?.passwordHash).toBe(hashOf('of another'));
  });

  it('refuses a new password that is too short, and API keys, which have none', async () => {
    await expect(change({ new: 'short' })).rejects.toMatchObject({
      code: 'invalid_password',
      details: [{ field: 'new' }],
    });
    const key = { ...platformOrigin(ann), actor: { type: 'api_key' as const, id: ann.id } };
    await expect(change({}, key)).rejects.toMatchObject({ code: 'forbidden' });
  });

  it.each([
    ['was locked', async () => accounts.useCases().lockUser.execute({ user_id: ann.id }, platformOrigin(root))],
    ['was deleted', async () => accounts.useCases().deleteUser.execute({ user_id: ann.id }, platformOrigin(root))],
  ])('refuses a person that %s while the password was compared, and before', async (_, act) => {
    accounts.hasher.onVerify = async () => {
      accounts.hasher.onVerify = async () => undefined;
      await act();
    };
    await expect(change()).rejects.toMatchObject({ code: expect.stringMatching(/^(forbidden|not_found)$/) });
    const compared = accounts.hasher.ranks.length;

    await expect(change()).rejects.toMatchObject({ code: 'forbidden' });

    expect(accounts.hasher.ranks).toHaveLength(compared);
    expect(accounts.uow.tables.users.get(ann.id)?.passwordHash).not.toBe(hashOf(NEW));
    expect(accounts.audited.map(({ data }) => data.event)).not.toContain('UserPasswordChanged');
  });

  it('compares before the work of unknown people, though their network had failures', async () => {
    await signIn();
    accounts.networks.noteFailure('home');

    await change({ address: 'home' });

    expect(accounts.hasher.ranks.at(-1)).toBe('known');
  });

  it('announces the sessions that ended, and nothing when there were none', async () => {
    const [here, there] = [await signIn(), await signIn()];
    await change({ session_id: here.sid });
    expect(accounts.facts).toMatchObject([
      { type: 'session.ended', org_id: null, data: { user_id: ann.id, session_ids: [there.sid] } },
    ]);
    accounts.arranged();

    await expect(change({ session_id: here.sid, current: NEW, new: PASSWORD })).resolves.toEqual({ ended_sessions: 0 });

    expect(accounts.facts).toEqual([]);
    expect(accounts.audited).toHaveLength(1);
  });

  it('ends all sessions when the request belongs to none', async () => {
    await signIn();
    await signIn();

    await expect(change()).resolves.toEqual({ ended_sessions: 2 });
  });

  it('stores the normal form of the new password, and accepts the current one as its old hash was typed', async () => {
    const typed = 'schönes langes Wort'.normalize('NFD');
    const old = await accounts.user('old@loom.localhost', { passwordHash: hashOf(typed) });

    await change({ current: typed, new: `${typed}!` }, platformOrigin(old));

    expect(accounts.uow.tables.users.get(old.id)?.passwordHash).toBe(hashOf(`${typed}!`.normalize('NFC')));
  });

  it('leaves the password and the sessions as they were when the change is not committed', async () => {
    const [here, there] = [await signIn(), await signIn()];
    const across = accounts.uow.acrossOrganizations.bind(accounts.uow);
    accounts.uow.acrossOrganizations = (work) =>
      across(async (stores) => {
        const answer = await work(stores);
        if (accounts.hasher.ranks.length === 3) throw new Error('connection lost');
        return answer;
      });
    await expect(change({ session_id: here.sid })).rejects.toThrow('connection lost');
    accounts.uow.acrossOrganizations = across;

    await expect(refresh(there.refresh_token)).resolves.toMatchObject({ user: { id: ann.id } });
    expect(accounts.uow.tables.users.get(ann.id)?.passwordHash).toBe(hashOf(PASSWORD));
    expect(accounts.uow.queued).toEqual([]);
  });
});
