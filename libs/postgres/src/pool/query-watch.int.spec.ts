import { Writable } from 'node:stream';
import { Registry } from 'prom-client';
import { createLogger, withLogContext } from '#libs/observability';
import { ORG_A, testDatabase, type TestDatabase } from '../../test/test-database.js';
import type { Database } from '../transaction/database.js';
import { databaseMetrics } from './database-metrics.js';

interface Line {
  readonly level: string;
  readonly message: string;
  readonly timestamp: string;
  readonly context: Readonly<Record<string, unknown>>;
}

describe('queries, watched', () => {
  let server: TestDatabase;
  let database: Database;
  const lines: Line[] = [];
  const registry = new Registry();
  const destination = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(JSON.parse(chunk.toString()) as Line);
      done();
    },
  });
  const query = (text: string) => database.transaction(ORG_A, ({ manager }) => manager.query(text));

  beforeAll(async () => {
    server = await testDatabase();
    database = server.open({ log: createLogger({ service: 'test', destination }) });
    databaseMetrics(registry, { all: [database], relays: [] });
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    lines.length = 0;
  });

  it('log a warning for a query of more than 100 ms, with the ids of the request', async () => {
    await withLogContext({ request_id: 'r-1' }, () => query('select pg_sleep(0.12)'));

    expect(lines).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        message: 'slow query',
        context: expect.objectContaining({
          request_id: 'r-1',
          component: 'database',
          slow: true,
          action: 'select',
          rows: 1,
          query: 'select pg_sleep(0.12)',
        }),
      }),
    );
  });

  it('bound the log while every query is slow', async () => {
    for (let i = 0; i < 5; i++) await Promise.all(Array.from({ length: 10 }, () => query('select pg_sleep(0.11)')));

    const slow = lines.filter(({ message }) => message === 'slow query');
    expect(slow.length).toBeGreaterThan(0);
    const seconds = Map.groupBy(slow, ({ timestamp }) => timestamp.slice(0, 19));
    // The seconds of the bound and those of the timestamps do not begin together.
    for (const [, those] of seconds) expect(those.length).toBeLessThanOrEqual(40);
  });

  it('add up in the totals of the work that they belong to', async () => {
    const totals = { queries: 0, queryMs: 0, rows: 0 };
    await withLogContext({}, () => query('select 1 from generate_series(1, 5)'), totals);

    expect(totals.rows).toBeGreaterThanOrEqual(5);
    expect(totals.queries).toBeGreaterThanOrEqual(2);
  });

  it('are counted by service, pool, kind of statement and outcome; a failed one too', async () => {
    await expect(query('select 1 / 0')).rejects.toThrow('division by zero');
    const text = await registry.metrics();

    const count = (outcome: string) =>
      `loom_postgres_query_duration_seconds_count{service="thingstest",pool="app",statement="select",outcome="${outcome}"}`;
    expect(text).toContain(count('ok'));
    expect(text).toContain(`${count('failed')} 1`);
  });

  it('show the connections of each pool', async () => {
    const busy = database.transaction(ORG_A, ({ manager }) => manager.query('select pg_sleep(0.3)'));
    await database.transaction(ORG_A, async () => {
      const text = await registry.metrics();
      expect(text).toMatch(/loom_postgres_pool_connections\{service="thingstest",pool="app",state="in_use"\} [1-9]/);
      expect(text).toContain('loom_postgres_pool_connections{service="thingstest",pool="system",state="max"} 8');
      expect(text).toContain('loom_postgres_pool_waiting{service="thingstest",pool="app"} 0');
    });
    await busy;
  });
});
