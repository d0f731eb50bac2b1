import { auditRpc, PLATFORM, systemOrigin, type AuditEntryPart, type AuditEntryView } from '#libs/contracts';
import { until } from '#libs/testing';
import { aFact } from './facts.js';
import { auditWorld, type AuditWorld } from './world.js';

const ORG = '01900000-0000-7000-8000-0000000000c1';
const OLD = '01900000-0000-7000-8000-0000000000c2';
const ENTRIES = 8;
const MIB = 1024 * 1024;
/** A document of about 480 kB. Quotes and characters of several bytes make its text larger than its length. */
const document = (n: number) => ({ name: `n${n}`, included: Array.from({ length: 10_000 }, (_, i) => `"${n}" ü ${i} ${'x'.repeat(35)}`) }); // prettier-ignore

describe('entries with two large documents', () => {
  let audit: AuditWorld;
  beforeAll(async () => {
    audit = await auditWorld();
    for (const org_id of [ORG, null]) {
      for (let n = 0; n < ENTRIES; n += 1)
        await audit.publish(aFact({ org_id, before: document(n), after: document(n + 1) }));
    }
    await until(isStored, 120_000, 250);
  }, 180_000);
  afterAll(() => audit.stop());

  const isStored = async (): Promise<boolean> =>
    (await audit.as('system', PLATFORM, 'select from entry')).rowCount === 2 * ENTRIES;

  async function pagesOf(scope: string, order: 'asc' | 'desc', limit: number): Promise<AuditEntryView[][]> {
    const pages: AuditEntryView[][] = [];
    for (let cursor: string | undefined; ;) {
      const { data, next_cursor, has_more } = await audit.list(scope, {}, { limit, order, cursor });
      pages.push([...data]);
      expect(has_more).toBe(next_cursor !== null);
      if (next_cursor === null) return pages;
      cursor = next_cursor;
    }
  }

  const readPart = (scope: string, seq: number, offset: number): Promise<AuditEntryPart> =>
    audit.running.runtime.rpc.ask(auditRpc.readEntry, { seq, offset }, systemOrigin(scope, 'test'));

  async function wholeText(scope: string, seq: number): Promise<{ text: string; parts: number }> {
    let [text, parts] = ['', 0];
    for (let offset: number | null = 0; offset !== null; parts += 1) {
      const part: AuditEntryPart = await readPart(scope, seq, offset);
      text += part.text;
      offset = part.next_offset;
    }
    return { text, parts };
  }

  it.each([
    [ORG, 'asc'],
    [ORG, 'desc'],
    [PLATFORM, 'desc'],
  ] as const)(
    'of %s are listed without the documents and a large diff, on one page, order %s',
    async (scope, order) => {
      const pages = await pagesOf(scope, order, 200);

      const entries = pages.flat();
      const seqs = Array.from({ length: ENTRIES }, (_, i) => i + 1);
      expect(pages).toHaveLength(1);
      expect(entries.map(({ seq }) => seq)).toEqual(order === 'asc' ? seqs : seqs.toReversed());
      for (const entry of entries) {
        expect(entry).not.toHaveProperty('before');
        expect(entry).not.toHaveProperty('after');
        expect(entry).not.toHaveProperty('diff');
        expect(entry).toMatchObject({ diff_truncated: true, hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
      }
    },
  );

  it('are read whole by their number, in parts', async () => {
    const { text, parts } = await wholeText(ORG, 3);
    const [{ rows }, whole] = [
      await audit.as('app', ORG, 'select text from entry where seq = 3'),
      JSON.parse(text) as unknown,
    ];

    expect(text).toBe(rows[0]?.['text']);
    expect(whole).toMatchObject({ seq: 3, before: document(2), after: document(3) });
    expect(parts).toBeGreaterThan(1);
    await expect(readPart(ORG, ENTRIES + 1, 0)).rejects.toMatchObject({ code: 'not_found' });
    await expect(readPart(OLD, 3, 0)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('from before the summaries are listed on pages that end early, each entry once', async () => {
    await audit.as(
      'owner',
      OLD,
      `begin; alter table entry no force row level security;
       insert into entry select gen_random_uuid(), '${OLD}', seq, timestamp, event, severity, actor_id, resource_type,
         resource_key, environment, request_id, text, hash from entry where org_id = '${ORG}'; commit`,
    );

    for (const order of ['asc', 'desc'] as const) {
      const pages = await pagesOf(OLD, order, 200);
      const seqs = pages.flat().map(({ seq }) => seq);
      expect(seqs.toSorted((a, b) => a - b)).toEqual(Array.from({ length: ENTRIES }, (_, i) => i + 1));
      expect(pages.length).toBeGreaterThan(2);
      for (const page of pages) expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(2 * MIB);
    }
  });
});
