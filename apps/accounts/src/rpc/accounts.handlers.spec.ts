import { accountsRpc, type Origin, type RpcRequest } from '#libs/contracts';
import { InMemoryAccounts, PASSWORD, platformOrigin } from '../../test/in-memory/world.js';
import { accountsHandlers } from './accounts.handlers.js';

type Name = keyof typeof accountsRpc;

/** Questions of other services, which act for no caller. */
const INTERNAL: readonly Name[] = [
  'getJwks',
  'getKeyRecord',
  'getMembership',
  'getSetup',
  'getUser',
  'listAccess',
  'listEndedSessions',
  'listEventSettings',
  'listOrganizations',
  'listRevocations',
];
/** Requests of people that have not signed in. */
const OF_STRANGERS: readonly Name[] = [
  'acceptInvitation',
  'completeSetup',
  'refresh',
  'resetPassword',
  'signIn',
  'signOut',
];
const names = Object.keys(accountsRpc) as Name[];

describe('the handlers of accounts', () => {
  let accounts: InMemoryAccounts;
  beforeEach(() => {
    accounts = new InMemoryAccounts();
  });
  const handlers = () => accountsHandlers(accounts.useCases());
  const ask = async (name: Name, request: RpcRequest<unknown>): Promise<unknown> =>
    handlers()
      .find(({ subject }) => subject === accountsRpc[name].subject)!
      .answer(request);

  it('answer every subject of the contract once', () => {
    const subjects = handlers().map(({ subject }) => subject);

    expect(subjects.toSorted()).toEqual(names.map((name) => accountsRpc[name].subject).toSorted());
    expect(new Set(subjects).size).toBe(subjects.length);
  });

  it.each(names.filter((name) => !INTERNAL.includes(name) && !OF_STRANGERS.includes(name)))(
    'refuse %s without an origin, before anything is read',
    async (name) => {
      accounts.uow.acrossOrganizations = () => Promise.reject(new Error('was read'));
      accounts.uow.inOrganization = () => Promise.reject(new Error('was read'));

      await expect(ask(name, { command: {} })).rejects.toMatchObject({ code: 'unauthenticated' });
    },
  );

  it('let people sign in, refresh and sign out that have no origin yet', async () => {
    const { email, id } = await accounts.user('ann@loom.localhost');
    const command = { email, password: PASSWORD, client_type: 'web', address: '192.0.2.7' };

    const pair = (await ask('signIn', { command })) as { refresh_token: string };
    const next = (await ask('refresh', { command: { refresh_token: pair.refresh_token, client_type: 'web' } })) as {
      refresh_token: string;
    };
    await expect(ask('signOut', { command: { refresh_token: next.refresh_token } })).resolves.toEqual({});

    expect(accounts.audited.map(({ actor, data }) => [actor.id, data.event])).toEqual([
      [id, 'UserSignedIn'],
      [id, 'UserSignedOut'],
    ]);
  });

  it.each([
    ['completeSetup', { token: 'none', email: 'a@b.localhost', password: PASSWORD, organization: 'Acme' }],
    ['acceptInvitation', { token: 'none', password: PASSWORD }],
    ['resetPassword', { token: 'none', password: PASSWORD }],
  ] as const)('refuse the token of %s, not the missing origin', async (name, command) => {
    await expect(ask(name, { command })).rejects.toMatchObject({ code: 'invalid_token' });
  });

  it('give the rights of a super admin to people alone, whichever id the actor has', async () => {
    const root = await accounts.superAdmin();
    const ofPlatform: Origin = { ...platformOrigin(root), actor: { type: 'system', id: root.id } };
    const command = { user_id: root.id, is_super_admin: false };

    for (const name of ['listUsers', 'updateUser', 'lockUser', 'deleteUser', 'rotateSigningKey'] as const) {
      await expect(ask(name, { command, origin: ofPlatform })).rejects.toMatchObject({ code: 'forbidden' });
    }
  });
});
