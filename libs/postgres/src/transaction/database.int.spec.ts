import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '#libs/kernel';
import type { Database } from './database.js';
import { isUniqueViolation } from '../pool/errors.js';
import { until } from '#libs/testing';
import { ORG_A, ORG_B, aDraft, collectingLog, testDatabase, type TestDatabase } from '../../test/test-database.js';
import type { Transaction } from './transaction.js';

const PLATFORM_ROW = '01900000-0000-7000-8000-000000000001';
const insert = ({ manager }: Transaction, id: string, org: string | null, name: string = id) =>
  manager.query('insert into thing (id, org_id, name) values ($1, $2, $3)', [id, org, name]);
const names = async ({ manager }: Transaction) =>
  (await manager.query<{ name: string }[]>('select name from thing order by name')).map(({ name }) => name);
const uuid = (n: number) => `01900000-0000-7000-9000-${n.toString(16).padStart(12, '0')}`;

describe('Database', () => {
  let server: TestDatabase;
  let database: Database;
  const log = collectingLog();

  beforeAll(async () => {
    server = await testDatabase();
    database = server.open({ log });
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    await server.sql('truncate thing, outbox');
    await server.sql(`insert into thing values ($1, null, 'p'), ($2, $3, 'a'), ($4, $5, 'b')`, [
      PLATFORM_ROW,
      uuid(10),
      ORG_A,
      uuid(11),
      ORG_B,
    ]);
  });

  describe('row-level security', () => {
    it('limits a query without a condition to the rows of its organization and of the platform', async () => {
      expect(await database.read(ORG_A, names)).toEqual(['a', 'p']);
      expect(await database.transaction(ORG_B, names)).toEqual(['b', 'p']);
      expect(await database.read('platform', names)).toEqual(['p']);
      expect(await database.systemTransaction(names)).toEqual(['a', 'b', 'p']);
    });

    it.each([
      ['an organization for another', ORG_A, ORG_B],
      ['an organization for the platform', ORG_A, null],
      ['the platform for an organization', 'platform', ORG_A],
    ])('refuses an insert by %s', async (_who, scope, org) => {
      const attempt = database.transaction(scope, (tx) => insert(tx, uuid(20), org));

      await expect(attempt).rejects.toMatchObject({ code: '42501' });
      expect(await server.sql('select 1 from thing where id = $1', [uuid(20)])).toEqual([]);
    });

    it.each([
      ['changes a platform row', `update thing set name = 'mine' where name = 'p'`],
      ['takes a platform row', `update thing set org_id = '${ORG_A}' where name = 'p'`],
      ['gives a row away', `update thing set org_id = '${ORG_B}' where name = 'a'`],
    ])('refuses an organization that %s', async (_what, sql) => {
      await expect(database.transaction(ORG_A, ({ manager }) => manager.query(sql))).rejects.toMatchObject({
        code: '42501',
      });
    });

    it('limits a delete without a condition to the rows of its organization', async () => {
      await database.transaction(ORG_A, ({ manager }) => manager.query('delete from thing'));

      expect(await server.sql('select name from thing order by name')).toEqual([{ name: 'b' }, { name: 'p' }]);
    });

    it('lets an organization lock a platform row with FOR SHARE', async () => {
      const lock = (tx: Transaction) => tx.manager.query('select name from thing where org_id is null for share');

      expect(await database.transaction(ORG_A, lock)).toEqual([{ name: 'p' }]);
    });

    it('without a scope shows only platform rows and refuses writes', async () => {
      const unset = async (tx: Transaction) => tx.manager.query(`select set_config('app.org_id', '', true)`);

      expect(await database.transaction(ORG_A, async (tx) => (await unset(tx), names(tx)))).toEqual(['p']);
      await expect(
        database.transaction('platform', async (tx) => (await unset(tx), insert(tx, uuid(21), null))),
      ).rejects.toMatchObject({ code: '42501' });
    });

    it('lets the app role insert into the outbox but not read it', async () => {
      await database.transaction(ORG_A, ({ outbox }) => outbox.add(aDraft()));

      await expect(
        database.transaction(ORG_A, ({ manager }) => manager.query('select * from outbox')),
      ).rejects.toMatchObject({
        code: '42501',
      });
      expect(await server.sql('select subject from outbox')).toEqual([{ subject: `thing.made.${ORG_A}` }]);
    });

    it('leaks no row between two organizations in 1,000 interleaved transactions with failures', async () => {
      const seen = await Promise.all(
        Array.from({ length: 10 }, async (_, worker) => {
          const leaks: string[] = [];
          for (let i = 0; i < 100; i++) {
            const [org, foreign] = (worker + i) % 2 === 0 ? [ORG_A, 'b'] : [ORG_B, 'a'];
            const work = async (tx: Transaction) => {
              leaks.push(...(await names(tx)).filter((name) => name === foreign));
              await insert(tx, uuid(1000 + worker * 100 + i), org);
              if (i % 5 === 0) throw new Error('injected');
              if (i % 5 === 1) await tx.manager.query('select no_such_column');
              if (i % 50 === 2) await tx.manager.query('select pg_terminate_backend(pg_backend_pid())');
            };
            await database.transaction(org, work).catch(() => undefined);
          }
          return leaks;
        }),
      );
      expect(seen.flat()).toEqual([]);
      const rows = await server.sql<{ org_id: string; n: number }>(
        `select org_id, count(*)::int as n from thing where name like '0190%' group by org_id order by org_id`,
      );
      expect(rows.reduce((sum, { n }) => sum + n, 0)).toBe(580);
      expect(database.pools().app).toMatchObject({ waiting: 0 });
      expect(database.pools().app.total).toBeLessThanOrEqual(10);
    });
  });

  describe('a transaction', () => {
    it('rolls back and rethrows the error of the work', async () => {
      const refused = new AppError('archived', 'It is archived');

      const attempt = database.transaction(ORG_A, async (tx) => {
        await insert(tx, uuid(30), ORG_A);
        throw refused;
      });

      await expect(attempt).rejects.toBe(refused);
      expect(await database.read(ORG_A, names)).toEqual(['a', 'p']);
    });

    it('fails when the work caught the error of a statement, instead of losing its writes silently', async () => {
      const attempt = database.transaction(ORG_A, async (tx) => {
        await insert(tx, uuid(31), ORG_A);
        await tx.manager.query('select no_such_column').catch(() => undefined);
      });

      await expect(attempt).rejects.toThrow('Postgres rolled back the transaction');
    });

    it('passes a unique violation to the caller, with the name of the constraint', async () => {
      const error: unknown = await database
        .transaction(ORG_A, (tx) => insert(tx, uuid(32), ORG_A, 'a'))
        .catch((e: unknown) => e);

      expect(isUniqueViolation(error)).toBe(true);
      expect(isUniqueViolation(error, 'thing_name')).toBe(true);
      expect(isUniqueViolation(error, 'thing_pkey')).toBe(false);
    });

    it('is repeated after a deadlock until both commit, and logs it', async () => {
      await server.sql(`insert into thing values ($1, $2, 'a2')`, [uuid(33), ORG_A]);
      const lock = (tx: Transaction, name: string) =>
        tx.manager.query('select 1 from thing where name = $1 for update', [name]);
      const meet = Promise.withResolvers<void>();
      let first = 0;
      const work = (names: readonly [string, string]) => async (tx: Transaction) => {
        await lock(tx, names[0]);
        if (++first === 2) meet.resolve();
        await meet.promise;
        await lock(tx, names[1]);
        return 'done';
      };

      const both = await Promise.all([
        database.transaction(ORG_A, work(['a', 'a2'])),
        database.transaction(ORG_A, work(['a2', 'a'])),
      ]);

      expect(both).toEqual(['done', 'done']);
      expect(log.lines).toContainEqual({ level: 'warn', message: 'transaction is repeated' });
    });

    it('fails after four tries when the work cannot be serialized', async () => {
      let runs = 0;
      const attempt = database.transaction(ORG_A, async ({ manager }) => {
        runs++;
        await manager.query(`do $$ begin raise exception 'again' using errcode = '40001'; end $$`);
      });

      await expect(attempt).rejects.toMatchObject({ code: 'store_unavailable' });
      expect(runs).toBe(4);
    });

    it('closes a connection after a query timeout, and continues with another', async () => {
      const pids: number[] = [];
      const pid = async ({ manager }: Transaction) => {
        const [row] = await manager.query<{ pid: number }[]>('select pg_backend_pid() as pid');
        pids.push(row?.pid ?? 0);
      };
      const attempt = database.transaction(ORG_A, async (tx) => {
        await pid(tx);
        await tx.manager.query('set local statement_timeout = 0');
        await tx.manager.query('select pg_sleep(8)');
      });

      await expect(attempt).rejects.toMatchObject({ code: 'store_unavailable' });
      await Promise.all(Array.from({ length: 10 }, () => database.transaction(ORG_A, pid)));
      const [stuck, ...later] = pids;
      expect(later).toHaveLength(10);
      expect(later).not.toContain(stuck);
    });

    it('reads from one snapshot, and refuses writes', async () => {
      const seen = await database.read(ORG_A, async (tx) => {
        const before = await names(tx);
        await database.transaction(ORG_A, (other) => insert(other, uuid(34), ORG_A, 'late'));
        return [before, await names(tx)];
      });

      expect(seen).toEqual([
        ['a', 'p'],
        ['a', 'p'],
      ]);
      await expect(database.read(ORG_A, (tx) => insert(tx, uuid(35), ORG_A))).rejects.toMatchObject({
        code: 'store_unavailable',
      });
    });

    it('refuses a scope that is neither an organization nor the platform', async () => {
      await expect(database.transaction(`x' or true`, names)).rejects.toMatchObject({ code: 'invalid_id' });
    });
  });

  it('answers ping while the app pool is exhausted; a transaction fails instead of waiting', async () => {
    const busy = server.open();
    const release = Promise.withResolvers<void>();
    const holders = Array.from({ length: 10 }, () => busy.transaction(ORG_A, () => release.promise));
    await until(() => busy.pools().app.total === 10 && busy.pools().app.idle === 0);

    await expect(busy.transaction(ORG_A, names)).rejects.toMatchObject({ code: 'store_unavailable' });
    await expect(busy.ping()).resolves.toBeUndefined();

    release.resolve();
    await Promise.all(holders);
    await sleep(0);
    expect(busy.pools().app).toMatchObject({ waiting: 0, max: 10 });
  });
});
