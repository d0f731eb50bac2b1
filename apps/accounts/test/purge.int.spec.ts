import { uuidv7 } from 'uuidv7';
import { freshDatabase, type FreshDatabase } from '#libs/local-servers';
import { FixedClock } from '#libs/testing';
import { DAY_MS, testDatabase, type TestDatabase } from './world.js';

const ORG = '01900000-0000-7000-8000-00000000000a';

describe('the purge', () => {
  let fresh: FreshDatabase;
  let database: TestDatabase;
  const clock = new FixedClock();
  const user = uuidv7();
  const purge = () => database.useCases({ clock }).purgeExpired.execute();
  const at = (days: number): Date => new Date(clock.now().getTime() + days * DAY_MS);
  const left = async (table: string): Promise<unknown[]> =>
    (
      await database.sql(
        `select coalesce(to_jsonb(t) ->> 'name', to_jsonb(t) ->> 'token_hash', t::text) as what from ${table} t order by 1`,
      )
    ).map(({ what }) => what);

  const session = async (name: string, endedAt: Date | null, tokens: Record<string, Date>): Promise<void> => {
    const id = uuidv7();
    await database.sql(
      `insert into session (id, user_id, client_type, created_at, updated_at, ended_at)
      values ($1, $2, 'web', $3, $3, $4)`,
      [id, user, at(-40), endedAt],
    );
    for (const [token, expiresAt] of Object.entries(tokens)) {
      await database.sql('insert into refresh_token values ($1, $2, $3, $4, $4, $5)', [
        uuidv7(), id, `${name} ${token}`, at(-40), expiresAt,
      ]); // prettier-ignore
    }
  };
  const environment = async (name: string, deletedAt: Date | null): Promise<void> => {
    const id = uuidv7();
    await database.sql(`insert into environment values ($1, $2, $3, null, true, 1, 1, $4, $4, $5)`, [
      id, ORG, name, at(-90), deletedAt,
    ]); // prettier-ignore
    await database.sql(
      `insert into api_key values ($1, $2, $3, 'flags_server', $4, $4, 'x', '{}', 'x', $5, $5, null, null, $5)`,
      [uuidv7(), ORG, id, name, at(-90)],
    );
  };

  beforeAll(async () => {
    fresh = await freshDatabase();
    database = await testDatabase(fresh.url);
    await database.sql(`insert into app_user values ($1, 'a@b.c', 'x', false, 1, now(), now())`, [user]);
    await database.sql(`insert into organization values ($1, $1, 'org', 'x', 1, now(), now())`, [ORG]);
    await session('live', null, { old: at(-1), new: at(1) });
    await session('expired', null, { old: at(-2), new: at(-1) });
    await session('ended long ago', at(-2), { new: at(1) });
    await session('ended just now', at(-0.5), { new: at(1) });
    await environment('deleted_long_ago', at(-31));
    await environment('deleted_lately', at(-29));
    await environment('live', null);
    for (const [days, role] of [[-31, 'admin'], [-29, 'member']] as const) {
      await database.sql(`insert into member values ($1, $2, $3, $4, '{}', 1, now(), now(), $5)`, [
        uuidv7(), ORG, user, role, at(days),
      ]);
    } // prettier-ignore
    await database.sql(`insert into invitation values ($1, $2, 'expired', $3, $3, $3)`, [uuidv7(), user, at(-1)]);
    await database.sql(
      `insert into signing_key values ('retired', '{}', 'x', $1, $1, $2, $1), ('current', '{}', 'x', $1, $1, null, $1)`,
      [at(-90), at(-2)],
    );
  });
  afterAll(async () => {
    await database.close();
    await fresh.drop();
  });

  it('runs in one of many processes and deletes rows of no more use, and no others', async () => {
    const outcomes = await Promise.all([purge(), purge(), purge()]);

    expect(outcomes.filter((rows) => rows !== undefined)).toEqual([10]);
    await expect(left('refresh_token')).resolves.toEqual(['ended just now new', 'live new']);
    await expect(database.sql('select 1 from session')).resolves.toHaveLength(2);
    await expect(left('environment')).resolves.toEqual(['deleted_lately', 'live']);
    await expect(left('api_key')).resolves.toEqual(['deleted_lately', 'live']);
    await expect(database.sql('select role from member')).resolves.toEqual([{ role: 'member' }]);
    await expect(left('invitation')).resolves.toEqual([]);
    await expect(database.sql('select kid from signing_key')).resolves.toEqual([{ kid: 'current' }]);
  });

  it('runs again after a day, and not before', async () => {
    clock.advance(DAY_MS - 1);
    await expect(purge()).resolves.toBeUndefined();

    clock.advance(1);

    await expect(purge()).resolves.toBe(1); // the session that had just ended, and with it its token
    await expect(left('refresh_token')).resolves.toEqual(['live new']);
    await expect(purge()).resolves.toBeUndefined();
  });
});
