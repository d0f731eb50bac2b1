import { Secret } from '#libs/kernel';
import { Argon2Hasher } from '#libs/crypto';
import { freshDatabase, type FreshDatabase } from '#libs/local-servers';
import { aPolicy, testDatabase, type TestDatabase } from '../world.js';
import type { AccountsPolicy } from '../../src/application/ports/policy.js';

const named: AccountsPolicy = {
  ...aPolicy,
  firstAdmin: { email: 'Root@Loom.localhost', password: new Secret('correct horse battery') },
};

describe('the first start', () => {
  let fresh: FreshDatabase;
  let database: TestDatabase;
  beforeEach(async () => {
    fresh = await freshDatabase();
    database = await testDatabase(fresh.url);
  });
  afterEach(async () => {
    await database.close();
    await fresh.drop();
  });

  const make = (settings: AccountsPolicy) => database.useCases({ policy: settings }).makeFirstAdmin.execute();
  const users = () => database.sql('select email, is_super_admin, password_hash from app_user');

  it('creates one super admin, though many processes start concurrently', async () => {
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => make(named)));

    expect(outcomes.toSorted()).toEqual(['made', 'present', 'present', 'present']);
    const made = await users();
    expect(made).toMatchObject([{ email: 'root@loom.localhost', is_super_admin: true }]);
    await expect(database.sql('select type from outbox')).resolves.toEqual([{ type: 'audit.recorded' }]);
    await expect(
      new Argon2Hasher('sign-in').verify(made[0]!['password_hash'] as string, 'correct horse battery'),
    ).resolves.toBe(true);
  });

  it('creates no second one, though the settings name another address', async () => {
    await make(named);

    await expect(make({ ...named, firstAdmin: { ...named.firstAdmin!, email: 'other@loom.localhost' } })).resolves.toBe(
      'present',
    );

    await expect(users()).resolves.toHaveLength(1);
  });

  it('reports that an admin is wanted when the settings name none', async () => {
    await expect(make(aPolicy)).resolves.toBe('wanted');

    await expect(users()).resolves.toEqual([]);
  });
});
