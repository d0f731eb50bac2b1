import { PostgresQueryRunner } from 'typeorm/driver/postgres/PostgresQueryRunner.js';
import { uuidv7 } from 'uuidv7';
import { freshDatabase, type FreshDatabase } from '#libs/local-servers';
import { testDatabase, type TestDatabase } from './world.js';
import type { OrganizationStores } from '../src/application/ports/unit-of-work.js';

const ORG = '01900000-0000-7000-8000-00000000000a';
const ITEMS = 7;
const environmentIds = Array.from({ length: ITEMS }, () => uuidv7());
const page = { limit: 3, order: 'asc' } as const;

describe('a list', () => {
  let fresh: FreshDatabase;
  let database: TestDatabase;
  const user = uuidv7();

  beforeAll(async () => {
    fresh = await freshDatabase();
    database = await testDatabase(fresh.url);
    await database.sql(`insert into app_user values ($1, 'a@b.c', 'x', true, 1, now(), now())`, [user]);
    await database.sql(`insert into organization values ($1, $1, 'org', 'x', 1, now(), now())`, [ORG]);
    for (const [i, id] of environmentIds.entries()) {
      await database.sql(`insert into environment values ($1, $2, $3, null, true, 1, 1, $4, $4, null)`, [
        id,
        ORG,
        `env_${i}`,
        new Date(Math.floor(i / 2) * 1_000), // pairs of the same time
      ]);
      await database.sql(
        `insert into api_key values ($1, $2, $3, 'flags_server', 'x', $4, 'x', '{}', 'x', now(), now())`,
        [uuidv7(), ORG, id, `lookup-${i}`],
      );
    }
  });
  afterAll(async () => {
    await database.close();
    await fresh.drop();
  });

  /** The number of queries of some work, without those that begin and end its transaction. */
  const queriesOf = async (work: () => Promise<unknown>): Promise<number> => {
    const { query } = PostgresQueryRunner.prototype;
    const texts: string[] = [];
    PostgresQueryRunner.prototype.query = function (this: PostgresQueryRunner, ...args: Parameters<typeof query>) {
      texts.push(args[0]);
      return query.apply(this, args);
    } as typeof query;
    await work().finally(() => (PostgresQueryRunner.prototype.query = query));
    return texts.filter((text) => /^\s*(select|with)/i.test(text) && !text.includes('set_config')).length;
  };
  const inOrg = <T>(work: (stores: OrganizationStores) => Promise<T>): Promise<T> =>
    database.uow.readOrganization(ORG, work);

  it('is read with one query', async () => {
    // The first queries of a new connection do not count.
    await inOrg(({ environments }) => environments.list(page));
    await database.uow.acrossOrganizations(({ users }) => users.any());

    const counts = [
      await queriesOf(() => inOrg(({ environments }) => environments.list(page))),
      await queriesOf(() => inOrg(({ apiKeys }) => apiKeys.list({ family: 'flags', page }))),
      await queriesOf(() => inOrg(({ apiKeys }) => apiKeys.list({ family: 'flags', environment: 'env_1', page }))),
      await queriesOf(() => database.uow.acrossOrganizations(({ directory }) => directory.organizationsOf(user, page))),
      await queriesOf(() => database.uow.acrossOrganizations(({ directory }) => directory.membership(user, ORG))),
      await queriesOf(() => database.uow.acrossOrganizations(({ directory }) => directory.membersOf(ORG, page))),
      await queriesOf(() => database.uow.acrossOrganizations(({ users }) => users.list({ page, search: 'a' }))),
    ];

    expect(counts).toEqual([1, 1, 1, 1, 1, 1, 1]);
  });

  it.each(['asc', 'desc'] as const)('returns each item once, %s, also those of the same time', async (order) => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const found = await inOrg(({ environments }) => environments.list({ ...page, order, cursor }));
      seen.push(...found.data.map(({ id }) => id));
      cursor = found.next_cursor ?? undefined;
    } while (cursor !== undefined);

    expect(seen).toEqual(order === 'asc' ? environmentIds : environmentIds.toReversed());
  });
});
