import { AppError } from '#libs/kernel';
import type { EventRow } from '#libs/contracts';
import { UnfitData, type Pack, type PackStore, type StoreResult } from './ports.js';
import { StorePacks, type IncomingPack } from './store-packs.js';

const ORG = '01900000-0000-7000-8000-00000000000a';
const aRow = (n: number, more: Partial<EventRow> = {}): EventRow => ({
  event_id: `0190a0b0-0000-7000-8000-${String(n).padStart(12, '0')}`,
  distinct_id: 'anon-1',
  event: 'purchase',
  properties: {},
  timestamp: '2026-01-31T12:00:00.000Z',
  received_at: '2026-01-31T12:00:00.250Z',
  ...more,
});

/** Rejects packs that contain the word `cursed` or are not a JSON array. */
class FakeStore implements PackStore {
  readonly names: string[] = [];
  down = false;

  async store(packs: readonly Pack[]): Promise<StoreResult> {
    if (this.down) throw new AppError('store_unavailable', 'down');
    const texts = packs.map(({ rows }) => Buffer.from(rows).toString());
    if (texts.some((text) => text.includes('cursed') || !text.endsWith(']'))) throw new UnfitData('cursed data');
    const stored = texts.flatMap((text) => (JSON.parse(text) as EventRow[]).map(({ event }) => event));
    this.names.push(...stored);
    return { stored: stored.length, duplicates: 0, strayed: 0, tookMs: 1 };
  }
}

describe('storing packs', () => {
  const buried: { reason: string; id?: string }[] = [];
  const pack = (rows: unknown): IncomingPack => ({
    orgId: ORG,
    rows: Buffer.from(typeof rows === 'string' ? rows : JSON.stringify(rows)),
    bury: async (reason, row) => void buried.push({ reason, id: row?.id }),
  });
  let store: FakeStore;
  let stored: number;
  const execute = (...packs: IncomingPack[]) =>
    new StorePacks(store, (result) => void (stored += result.stored)).execute(packs);
  beforeEach(() => {
    [store, stored] = [new FakeStore(), 0];
    buried.length = 0;
  });

  it('stores all of them together', async () => {
    await execute(pack([aRow(1, { event: 'a' })]), pack([aRow(2, { event: 'b' })]));

    expect([store.names, stored, buried]).toEqual([['a', 'b'], 2, []]);
  });

  it('buries each bad row alone, with its index and reason, after all good rows are stored', async () => {
    await execute(
      pack([aRow(1, { event: 'a' }), aRow(2, { distinct_id: 'cursed' }), { event: 'no id' }, aRow(3, { event: 'b' })]),
      pack([aRow(4, { event: 'c' })]),
    );

    expect(store.names.toSorted()).toEqual(['a', 'b', 'c']);
    expect(store.names[0]).toBe('c');
    expect(buried).toEqual([
      { reason: expect.stringContaining('event_id') as string, id: '2' },
      { reason: 'cursed data', id: '1' },
    ]);
  });

  it.each([
    ['not JSON', '[{"event_id"'],
    ['an object', '{"cursed":1}'],
    ['invalid UTF-8', '\uFFFD cursed'],
  ])('buries a pack that is %s as a whole', async (_what, text) => {
    await execute(pack(text), pack([aRow(1)]));

    expect(buried).toEqual([{ reason: 'not a JSON array of events', id: undefined }]);
    expect(stored).toBe(1);
  });

  it('buries nothing while the store is unreachable', async () => {
    store.down = true;

    await expect(execute(pack([aRow(1), { bad: true }]))).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(buried).toEqual([]);
  });
});
