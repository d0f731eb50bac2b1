import { InMemoryAccounts, stranger } from '../../../test/in-memory/world.js';
import type { User } from '../../domain/people/user.js';
import { FailedSignIns, type FailedSignIn } from './failed-sign-ins.js';

const NETWORK = '192.0.2.7';

describe('FailedSignIns', () => {
  let accounts: InMemoryAccounts;
  let ann: User;
  let failed: FailedSignIns;
  let late: unknown[];
  beforeEach(async () => {
    accounts = new InMemoryAccounts();
    ann = await accounts.user('ann@loom.localhost');
    late = [];
    failed = new FailedSignIns(accounts.uow, accounts.networks, (error) => late.push(error));
  });

  const note = (change: Partial<FailedSignIn> = {}) =>
    failed.note({ action: 'sign_in', user: ann, email: ann.email, network: NETWORK, origin: stranger, ...change });
  const counts = () => accounts.audited.map(({ data }) => data.metadata['count']);
  /** Runs work while the database does not answer. */
  const withoutDatabase = async (work: () => Promise<void>): Promise<void> => {
    const across = accounts.uow.acrossOrganizations;
    accounts.uow.acrossOrganizations = () => Promise.reject(new Error('no database'));
    await work();
    accounts.uow.acrossOrganizations = across;
  };

  it('audits the first failure at once, as the platform: the caller is not known to be the person', async () => {
    await note({ origin: { ...stranger, actor: { type: 'user', id: ann.id }, request_id: 'r7', ip: NETWORK } });

    expect(accounts.audited).toMatchObject([
      {
        org_id: null,
        actor: { type: 'system' },
        data: {
          event: 'UserSignInFailed',
          severity: 'warning',
          resource_id: ann.id,
          ip: NETWORK,
          metadata: { count: 1, network: NETWORK, email: ann.email },
        },
      },
    ]);
  });

  it.each([
    ['action', { action: 'change_password' }],
    ['account', { user: undefined }],
    ['network', { network: '198.51.100.1' }],
  ])('counts failures of another %s separately', async (_, change) => {
    await note();
    await note(change);
    await note(change);
    expect(counts()).toEqual([1, 1]);

    await failed.endMinute();

    expect(counts()).toEqual([1, 1, 1]);
  });

  it('counts all unknown addresses of a network together: guessed ones must not fill the log', async () => {
    for (let i = 0; i < 20; i += 1) await note({ user: undefined, email: `none${i}@loom.localhost` });
    await failed.endMinute();

    expect(counts()).toEqual([1, 19]);
  });

  it('forgets what did not happen again for a minute: the next failure is audited at once', async () => {
    await note();
    await failed.endMinute();
    expect(counts()).toEqual([1]);

    await note();

    expect(counts()).toEqual([1, 1]);
  });

  it('audits failures of more than 1,000 networks in a minute as one of various networks, without an address', async () => {
    for (let i = 0; i < 1_000; i += 1) await note({ network: `n${i}` });
    accounts.arranged();

    for (let i = 0; i < 5; i += 1) await note({ network: `more${i}`, origin: { ...stranger, ip: '192.0.2.1' } });
    await failed.endMinute();

    expect(counts()).toEqual([1, 4]);
    for (const { data } of accounts.audited) {
      expect(data).toMatchObject({ resource_id: 'unknown', metadata: { network: 'various' } });
      expect(JSON.stringify(data)).not.toContain('192.0.2.1');
      expect(JSON.stringify(data)).not.toContain(ann.email);
    }
  });

  it('never fails the answer to a wrong password; what was not audited is counted later', async () => {
    await withoutDatabase(async () => {
      await note();
      await note();
      await failed.endMinute();
    });
    expect(late).toHaveLength(2);
    expect(accounts.audited).toEqual([]);

    await failed.endMinute();
    await failed.endMinute();

    expect(counts()).toEqual([2]);
  });

  it('notes the network as one with failures, though the database does not answer', async () => {
    await withoutDatabase(() => note());

    expect([accounts.networks.hasFailed(NETWORK), accounts.networks.hasFailed('198.51.100.1')]).toEqual([true, false]);
  });
});
