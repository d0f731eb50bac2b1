import { Secret } from '#libs/kernel';
import { hashOf, InMemoryAccounts, PASSWORD } from '../../../test/in-memory/world.js';

const firstAdmin = { email: 'Root@Loom.localhost', password: new Secret(PASSWORD) };

describe('MakeFirstAdmin', () => {
  let accounts: InMemoryAccounts;
  beforeEach(() => {
    accounts = new InMemoryAccounts();
  });
  const make = (policy: object = { firstAdmin }) => accounts.useCases(policy).makeFirstAdmin.execute();
  const users = () => [...accounts.uow.tables.users.values()];

  it('creates the super admin of the settings once, though many processes start concurrently', async () => {
    const outcomes = await Promise.all([make(), make(), make()]);

    expect(outcomes.toSorted()).toEqual(['made', 'present', 'present']);
    expect(users()).toMatchObject([
      { email: 'root@loom.localhost', isSuperAdmin: true, passwordHash: hashOf(PASSWORD) },
    ]);
    expect(accounts.audited).toMatchObject([
      { org_id: null, actor: { type: 'system' }, data: { event: 'UserInvited' } },
    ]);
  });

  it('creates none on a platform with users', async () => {
    await accounts.user('ann@loom.localhost');

    await expect(make()).resolves.toBe('present');

    expect(users()).toHaveLength(1);
  });

  it('reports that one is wanted when the settings name none', async () => {
    await expect(make({})).resolves.toBe('wanted');

    expect(users()).toEqual([]);
  });

  it('refuses a setting that is not an address', async () => {
    await expect(make({ firstAdmin: { ...firstAdmin, email: 'root' } })).rejects.toMatchObject({
      code: 'invalid_email',
    });
  });
});
