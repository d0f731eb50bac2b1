import { randomTail, TimeOrderedIds } from './time-ordered-ids.js';

const VERSION_7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('TimeOrderedIds', () => {
  it('ascend within a millisecond, past the end of the counter, and when the clock goes back', () => {
    const ids = new TimeOrderedIds(randomTail);
    const created = [...Array.from({ length: 10_000 }, () => ids.next(1_000)), ids.next(1_001), ids.next(500)];

    expect(created.filter((id) => !VERSION_7.test(id))).toEqual([]);
    expect(created.toSorted()).toEqual(created);
    expect(new Set(created).size).toBe(created.length);
  });

  it('end with random bits, so that an id does not reveal the next one', () => {
    const ids = new TimeOrderedIds(randomTail);

    expect(new Set(Array.from({ length: 1_000 }, () => ids.next(1).slice(18))).size).toBe(1_000);
  });
});
