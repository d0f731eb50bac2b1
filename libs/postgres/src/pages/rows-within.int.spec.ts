import fc from 'fast-check';
import type { Database } from '../transaction/database.js';
import { ORG_A, testDatabase, type TestDatabase } from '../../test/test-database.js';
import { rowsWithin, type CutRows } from './rows-within.js';

interface Item {
  readonly n: number;
  readonly text: string;
}
/** Bytes of a row as JSON, without its text: `{"n":1,"text":""}`. */
const EMPTY_ROW_BYTES = 17;
const ITEMS = `select n, repeat('x', size) as text from unnest($1::int[]) with ordinality as item (size, n) order by n limit 10`;

describe('rowsWithin', () => {
  let server: TestDatabase;
  let database: Database;
  beforeAll(async () => {
    server = await testDatabase();
    database = server.open();
  });
  afterAll(() => server.stop());

  const read = (sizes: readonly number[], maxBytes?: number): Promise<CutRows<Item>> =>
    database.read(ORG_A, ({ manager }) => rowsWithin<Item>(manager, { sql: ITEMS, parameters: [sizes] }, maxBytes));

  it('returns the rows that fit, one at least, and whether there are more', async () => {
    const cases = fc.record({
      sizes: fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 9 }),
      maxBytes: fc.integer({ min: 1, max: 400 }),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ sizes, maxBytes }) => {
        const ends = sizes.map((_, i) => sizes.slice(0, i + 1).reduce((sum, size) => sum + size + EMPTY_ROW_BYTES, 0));
        const fitting = Math.max(ends.filter((end) => end <= maxBytes).length, Math.min(1, sizes.length));

        const { rows, isCut } = await read(sizes, maxBytes);

        expect(rows.map(({ text }) => text.length)).toEqual(sizes.slice(0, fitting));
        expect(isCut).toBe(fitting < sizes.length);
      }),
      { numRuns: 60 },
    );
  });

  it('starts at zero with each query of a transaction', async () => {
    const pages = await database.read(ORG_A, async ({ manager }) => {
      const page = () => rowsWithin<Item>(manager, { sql: ITEMS, parameters: [[30, 30, 30]] }, 100);
      return [await page(), await page()];
    });

    expect(pages.map(({ rows }) => rows.length)).toEqual([2, 2]);
  });

  it('renders no row after the one that does not fit', async () => {
    // 200 rows of 7 MB as text, of 14 bytes in a request; all of them are 1.4 GB.
    const huge = `select n, case when n < 3 then '1'::jsonb else big.value end as value
      from generate_series(1, 200) as n, (select jsonb_agg(1e70000::numeric) as value from generate_series(1, 100)) as big
      order by n limit 201`;

    const { rows, isCut } = await database.read(ORG_A, ({ manager }) =>
      rowsWithin<{ n: number }>(manager, { sql: huge, parameters: [] }),
    );

    expect(rows.map(({ n }) => n)).toEqual([1, 2]);
    expect(isCut).toBe(true);
  }, 60_000);

  it('keeps the columns as they are, and has no rows when the query has none', async () => {
    const sql = `select now() as created_at, '{"a":[1]}'::jsonb as value where $1`;
    const rowsOf = (any: boolean) =>
      database.read(ORG_A, ({ manager }) => rowsWithin(manager, { sql, parameters: [any] }));

    expect(await rowsOf(true)).toEqual({ rows: [{ created_at: expect.any(Date), value: { a: [1] } }], isCut: false });
    expect(await rowsOf(false)).toEqual({ rows: [], isCut: false });
  });
});
