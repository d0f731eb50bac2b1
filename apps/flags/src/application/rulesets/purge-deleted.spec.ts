import { FixedClock } from '#libs/testing';
import { PurgeDeleted } from './purge-deleted.js';

describe('PurgeDeleted', () => {
  it('removes what was deleted more than 30 days ago', async () => {
    const purged: Date[] = [];
    const store = { purge: async (deletedBefore: Date) => void purged.push(deletedBefore) };

    await new PurgeDeleted(store, new FixedClock('2026-03-31T10:00:00.000Z')).execute();

    expect(purged).toEqual([new Date('2026-03-01T10:00:00.000Z')]);
  });
});
