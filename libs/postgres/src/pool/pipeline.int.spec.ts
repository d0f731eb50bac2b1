import type { Database } from '../transaction/database.js';
import { ORG_A, testDatabase, type TestDatabase } from '../../test/test-database.js';
import type { Transaction } from '../transaction/transaction.js';

const uuid = (n: number) => `01900000-0000-7000-9000-${n.toString(16).padStart(12, '0')}`;
const insert = ({ manager, scope }: Transaction, n: number, name = String(n)) =>
  manager.query('insert into thing (id, org_id, name) values ($1, $2, $3)', [uuid(n), scope, name]);
const count = async ({ manager }: Transaction) => {
  const [row] = await manager.query<{ count: number }[]>('select count(*)::int as count from thing');
  return row!.count;
};

describe('statements of one transaction that are sent without waiting for each other', () => {
  let server: TestDatabase;
  let database: Database;

  beforeAll(async () => {
    server = await testDatabase();
    database = server.open();
  });
  afterAll(() => server.stop());
  beforeEach(() => server.sql('truncate thing'));

  it('run in the order in which they were sent: a query sees the writes before it', async () => {
    const seen = await database.transaction(ORG_A, async (tx) => {
      const counts: Promise<number>[] = [];
      const writes = Array.from({ length: 100 }, (_, n) => {
        const write = insert(tx, n);
        counts.push(count(tx));
        return write;
      });
      await Promise.all(writes);
      return Promise.all(counts);
    });

    expect(seen).toEqual(Array.from({ length: 100 }, (_, n) => n + 1));
  });

  it('roll back when one of them fails, report its error, and leave the connection usable', async () => {
    const attempt = database.transaction(ORG_A, (tx) =>
      Promise.all([insert(tx, 1), insert(tx, 2, '1'), insert(tx, 3), count(tx)]),
    );

    await expect(attempt).rejects.toMatchObject({ code: '23505' });
    expect(await database.transaction(ORG_A, count)).toBe(0);
    await database.transaction(ORG_A, (tx) => insert(tx, 4));
    expect(await database.transaction(ORG_A, count)).toBe(1);
  });

  it('see only their own organization, although the scope is set in the same round trip', async () => {
    await database.transaction(ORG_A, (tx) => insert(tx, 1));

    const others = await Promise.all(
      Array.from({ length: 50 }, (_, n) => database.transaction(n % 2 === 0 ? ORG_A : 'platform', count)),
    );

    expect(others).toEqual(Array.from({ length: 50 }, (_, n) => (n % 2 === 0 ? 1 : 0)));
  });
});
