import { randomTail, TimeOrderedIds } from './time-ordered-ids.js';

const VERSION_7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('TimeOrderedIds', () => {
  it('order within a millisecond, beyond what its counter holds, and when the clock goes back', () => {
    const ids = new TimeOrderedIds(randomTail);
    const made = [...Array.from({ length: 10_000 }, () => ids.next(1_000)), ids.next(1_001), ids.next(500)];

    expect(made.filter((id) => !VERSION_7.test(id))).toEqual([]);
    expect(made.toSorted()).toEqual(made);
    expect(new Set(made).size).toBe(made.length);
  });

  it('end at random: one id tells nothing of the next', () => {
    const ids = new TimeOrderedIds(randomTail);

    expect(new Set(Array.from({ length: 1_000 }, () => ids.next(1).slice(18))).size).toBe(1_000);
  });
});
