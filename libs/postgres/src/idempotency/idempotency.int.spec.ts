import type { IdempotencyScope } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../transaction/database.js';
import { Idempotency } from './idempotency.js';
import { Inbox } from '../inbox/inbox.js';
import { until } from '#libs/testing';
import { ORG_A, ORG_B, aDraft, testDatabase, type TestDatabase } from '../../test/test-database.js';
import type { Transaction } from '../transaction/transaction.js';

const uuid = (n: number) => `01900000-0000-7000-9000-${n.toString(16).padStart(12, '0')}`;
const insert = ({ manager }: Transaction, id: string, org: string | null, name: string = id) =>
  manager.query('insert into thing (id, org_id, name) values ($1, $2, $3)', [id, org, name]);
const aScope = (over: Partial<IdempotencyScope> = {}): IdempotencyScope => ({
  key: 'key-1',
  caller: 'user-1',
  route: 'POST /things',
  fingerprint: 'f1',
  ...over,
});
const SUBJECT = 'rpc.thingstest.make_thing';

describe('Idempotency', () => {
  let server: TestDatabase;
  let database: Database;
  let idempotency: Idempotency;
  let made = 0;

  beforeAll(async () => {
    server = await testDatabase();
    database = server.open();
    idempotency = new Idempotency(database);
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    made = 0;
    await server.sql('truncate thing, outbox, idempotency');
  });

  /** Like a use case: writes a row and a fact in a transaction of one organization. */
  const makeThing = async (): Promise<unknown> => {
    const id = uuid(100 + made++);
    await database.transaction(ORG_A, async (tx) => {
      await insert(tx, id, ORG_A);
      await tx.outbox.add(aDraft());
    });
    return { name: 'thing', id };
  };
  const once = (over: Partial<IdempotencyScope> = {}, work = makeThing) =>
    idempotency.once(SUBJECT, aScope(over), work);
  const counts = async () => {
    const [row] = await server.sql<{ things: number; facts: number; answers: number }>(
      `select (select count(*)::int from thing) as things, (select count(*)::int from outbox) as facts,
              (select count(*)::int from idempotency) as answers`,
    );
    return row;
  };
  const codeOf = (attempt: Promise<unknown>) =>
    attempt.then(
      () => 'done',
      (error: unknown) => (error instanceof AppError ? error.code : String(error)),
    );

  it('takes effect once for repeated requests, and returns the first answer each time', async () => {
    const first = await once();
    const repeats = [await once(), await once()];

    expect(first).toEqual({ data: { name: 'thing', id: uuid(100) }, replayed: false });
    expect(repeats.map((repeat) => JSON.stringify(repeat.data))).toEqual(Array(2).fill(JSON.stringify(first.data)));
    expect(repeats.every(({ replayed }) => replayed)).toBe(true);
    expect(await counts()).toEqual({ things: 1, facts: 1, answers: 1 });
  });

  it('takes effect once for concurrent requests: each gets that answer or idempotency_in_progress', async () => {
    const slow = async () => {
      await sleep(20);
      return makeThing();
    };
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () =>
        once({}, slow).then(
          ({ data }) => JSON.stringify(data),
          (error: unknown) => (error as AppError).code,
        ),
      ),
    );

    const answers = outcomes.filter((outcome) => outcome !== 'idempotency_in_progress');
    expect(answers.length).toBeGreaterThan(0);
    expect(new Set(answers)).toEqual(new Set([JSON.stringify({ name: 'thing', id: uuid(100) })]));
    expect(await counts()).toEqual({ things: 1, facts: 1, answers: 1 });
  });

  it('refuses a key with another fingerprint, and accepts it for another caller, route or subject', async () => {
    await once();

    expect(await codeOf(once({ fingerprint: 'f2' }))).toBe('idempotency_mismatch');
    expect(await codeOf(once({ caller: 'user-2', fingerprint: 'f2' }))).toBe('done');
    expect(await codeOf(once({ route: 'POST /others', fingerprint: 'f2' }))).toBe('done');
    expect(await codeOf(idempotency.once('rpc.thingstest.other', aScope(), makeThing))).toBe('done');
    expect(await counts()).toMatchObject({ things: 4 });
  });

  it('stores no answer of a failed request, so that the corrected request works', async () => {
    const refused = once({}, async () => {
      await database.transaction(ORG_A, async (tx) => {
        await insert(tx, uuid(1), ORG_A);
        throw new AppError('invalid_name', 'no');
      });
    });

    expect(await codeOf(refused)).toBe('invalid_name');
    expect(await counts()).toEqual({ things: 0, facts: 0, answers: 0 });
    expect(await once({ fingerprint: 'corrected' })).toMatchObject({ replayed: false });
  });

  it('keeps transactions that a failing request had completed, such as the record of a refusal', async () => {
    const refused = once({}, async () => {
      await database.systemTransaction((tx) => insert(tx, uuid(1), null, 'refused'));
      throw new AppError('invalid_credentials', 'no');
    });

    expect(await codeOf(refused)).toBe('invalid_credentials');
    expect(await counts()).toMatchObject({ things: 1, answers: 0 });
  });

  it('leaves no rows when the connection is lost before the commit', async () => {
    const lost = once({}, async () => {
      const answer = await makeThing();
      await server.sql(
        `select pg_terminate_backend(pid) from pg_stat_activity where usename = 'loom_thingstest_system' and state = 'idle in transaction'`,
      );
      return answer;
    });

    expect(await codeOf(lost)).toBe('store_unavailable');
    expect(await counts()).toEqual({ things: 0, facts: 0, answers: 0 });
    expect(await once()).toMatchObject({ replayed: false });
  });

  it('gives each transaction inside its own role and organization', async () => {
    await server.sql(`insert into thing values ($1, $2, 'b')`, [uuid(2), ORG_B]);
    const names = async ({ manager }: Transaction) =>
      (await manager.query<{ name: string }[]>('select name from thing order by name')).map(({ name }) => name);
    const { data } = await once({}, async () => {
      await database.transaction(ORG_A, (tx) => insert(tx, uuid(1), ORG_A, 'a'));
      const foreign = database.transaction(ORG_A, (tx) => insert(tx, uuid(3), ORG_B, 'c'));
      const refusal = await foreign.catch((error: unknown) => (error as { code: string }).code);
      const read = await Promise.all([database.read(ORG_A, names), database.systemTransaction(names)]);
      return { refusal, a: read[0], system: read[1], b: await database.transaction(ORG_B, names) };
    });

    expect(data).toEqual({ refusal: '42501', a: ['a'], system: ['a', 'b'], b: ['b'] });
  });

  it('repeats the whole transaction after a deadlock', async () => {
    await server.sql(`insert into thing values ($1, $2, 'x'), ($3, $2, 'y')`, [uuid(1), ORG_A, uuid(2)]);
    const touch = ({ manager }: Transaction, id: string) =>
      manager.query(`update thing set name = name || '!' where id = $1`, [id]);
    let attempts = 0;
    let atBoth = 0;
    const meet = async () => {
      atBoth += 1;
      await until(() => atBoth >= 2);
    };
    const crossing = (first: string, second: string) => async () => {
      attempts += 1;
      await database.transaction(ORG_A, async (tx) => {
        await touch(tx, first);
        await meet();
        await touch(tx, second);
      });
    };
    await Promise.all([
      once({ key: 'one' }, crossing(uuid(1), uuid(2))),
      once({ key: 'two' }, crossing(uuid(2), uuid(1))),
    ]);

    expect(attempts).toBeGreaterThan(2);
    expect(await server.sql('select name from thing order by name')).toEqual([{ name: 'x!!' }, { name: 'y!!' }]);
    expect(await counts()).toMatchObject({ answers: 2 });
  });

  it('forgets keys after 24 hours, and purges their answers', async () => {
    await once();
    await server.sql(`update idempotency set created_at = now() - interval '25 hours'`);

    expect(await once({ fingerprint: 'f2' })).toMatchObject({ replayed: false });
    await server.sql(`update idempotency set created_at = now() - interval '25 hours'`);
    await new Inbox(database).purge();
    expect(await counts()).toMatchObject({ answers: 0 });
  });
});
