import type { Fact } from '#libs/contracts';
import { uuidv7 } from 'uuidv7';
import type { Database } from '../transaction/database.js';
import { Inbox } from './inbox.js';
import { ORG_A, aDraft, testDatabase, type TestDatabase } from '../../test/test-database.js';
import type { Transaction } from '../transaction/transaction.js';

const aFact = (id = uuidv7()): Fact => ({
  id,
  type: 'environment.created',
  version: 1,
  timestamp: '2026-01-01T00:00:00.000Z',
  org_id: ORG_A,
  actor: { type: 'system', id: 'loom' },
  data: {},
  metadata: { correlation_id: 'request-1', source: 'accounts' },
});

describe('Inbox', () => {
  let server: TestDatabase;
  let database: Database;
  let inbox: Inbox;

  beforeAll(async () => {
    server = await testDatabase();
    database = server.open();
    inbox = new Inbox(database);
  });
  afterAll(() => server.stop());
  beforeEach(() => server.sql('truncate thing, inbox, inbox_entity, outbox'));

  const effect = async ({ manager, scope }: Transaction): Promise<void> => {
    await manager.query('insert into thing (id, org_id, name) values ($1, $2, $3)', [uuidv7(), scope, uuidv7()]);
  };
  const effects = async (): Promise<number> => (await server.sql('select 1 from thing')).length;

  it('runs the work once, however often and concurrently a fact is delivered', async () => {
    const fact = aFact();

    const outcomes = await Promise.all([1, 2, 3].map(() => inbox.once('flags', fact, effect)));

    expect(outcomes.sort()).toEqual(['duplicate', 'duplicate', 'handled']);
    expect(await inbox.once('flags', fact, effect)).toBe('duplicate');
    expect(await effects()).toBe(1);
  });

  it('runs the work once for each consumer', async () => {
    const fact = aFact();

    expect(await inbox.once('flags', fact, effect)).toBe('handled');
    expect(await inbox.once('audit', fact, effect)).toBe('handled');
    expect(await effects()).toBe(2);
  });

  it('does not record a fact when its work fails, so that the next delivery runs it', async () => {
    const fact = aFact();
    const failing = async (tx: Transaction): Promise<void> => {
      await effect(tx);
      throw new Error('crash');
    };

    await expect(inbox.once('flags', fact, failing)).rejects.toThrow('crash');
    expect(await effects()).toBe(0);
    expect(await inbox.once('flags', fact, effect)).toBe('handled');
  });

  it('skips an older or equal version of the same entity, and of no other', async () => {
    const once = (entity: string, version: number) => inbox.once('flags', aFact(), effect, { entity, version });

    expect(await once('environment:1', 2)).toBe('handled');
    expect(await once('environment:1', 1)).toBe('outdated');
    expect(await once('environment:1', 2)).toBe('outdated');
    expect(await once('environment:2', 1)).toBe('handled');
    expect(await once('environment:1', 10)).toBe('handled');
    expect(await effects()).toBe(3);
  });

  it('sets the fact as the cause of facts that the work queues', async () => {
    const fact = aFact();

    await inbox.once('flags', fact, async ({ outbox }) => void (await outbox.add(aDraft())));

    const [row] = await server.sql<{ payload: string }>('select payload from outbox');
    expect(JSON.parse(row?.payload ?? '')).toMatchObject({ metadata: { causation_id: fact.id } });
  });

  it('purges records older than a month', async () => {
    await inbox.once('flags', aFact(), effect);
    await server.sql(`update inbox set handled_at = now() - interval '32 days'`);
    const kept = aFact();
    await inbox.once('flags', kept, effect);

    expect(await inbox.purge()).toBe(1);
    expect(await server.sql('select fact_id from inbox')).toEqual([{ fact_id: kept.id }]);
  });

  it('purges more records than one statement may delete', async () => {
    await server.sql(`insert into inbox (consumer, fact_id, handled_at)
      select 'old', gen_random_uuid(), now() - interval '32 days' from generate_series(1, 10001)`);

    expect(await inbox.purge()).toBe(10_001);
  });
});
