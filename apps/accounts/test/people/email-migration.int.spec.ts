import { uuidv7 } from 'uuidv7';
import type { QueryRunner } from 'typeorm';
import { freshDatabase, type FreshDatabase } from '#libs/local-servers';
import { accountsMigrations } from '../../src/index.js';
import { testDatabase, type TestDatabase } from '../world.js';

/** A migration, run by hand on rows that an older version stored. */
describe('the migration of e-mail addresses', () => {
  let fresh: FreshDatabase;
  let database: TestDatabase;
  beforeAll(async () => {
    fresh = await freshDatabase();
    database = await testDatabase(fresh.url);
  });
  afterAll(async () => {
    await database.close();
    await fresh.drop();
  });

  const Migration = accountsMigrations.migrations.find(({ name }) => name.startsWith('AddSessionUses'))!;
  const runner = {
    query: (sql: string, values: unknown[] = []) => database.sql(sql, values),
  } as unknown as QueryRunner;
  const add = async (email: string): Promise<string> => {
    const id = uuidv7();
    await database.sql(
      `insert into app_user (id, email, password_hash, is_super_admin, version, created_at, updated_at)
        values ($1, $2, 'hash', false, 1, now(), now())`,
      [id, email],
    );
    return id;
  };

  it('stores normal forms, but never one that another person has', async () => {
    const [typed, puny, plain] = ['jürgen@münchen.de'.normalize('NFD'), 'ann@xn--mnchen-3ya.de', 'bob@example.com'];
    const ids = [await add(typed), await add(puny), await add(plain)];
    const [taken, other] = [await add('zoë@example.com'), await add('zoë@example.com'.normalize('NFD'))];
    await new Migration().down(runner);

    await new Migration().up(runner);

    const rows = await database.sql('select id, email from app_user');
    const emailOf = (id: string) => rows.find((row) => row['id'] === id)?.['email'];
    expect(ids.map(emailOf)).toEqual(['jürgen@münchen.de', 'ann@münchen.de', plain]);
    expect([emailOf(taken), emailOf(other)]).toEqual(['zoë@example.com', 'zoë@example.com'.normalize('NFD')]);
  });
});
