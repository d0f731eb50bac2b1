import { LiveKeys } from './live-keys.js';

function given(...keys: string[]): LiveKeys {
  const live = new LiveKeys(() => keys);
  expect(live.sorted).toEqual([...new Set(keys)].sort());
  return live;
}

describe('LiveKeys', () => {
  it('inserts and removes keys in order', () => {
    const live = given('b', 'd', 'b');

    const results = ['c', 'a', 'e'].map((key) => live.set(key, true));
    const removed = live.set('b', false);

    expect([...results, removed]).toEqual(new Array(4).fill('list_changed'));
    expect(live.sorted).toEqual(['a', 'c', 'd', 'e']);
  });

  it('returns the index of a key that stays, and absent for one that stays away', () => {
    const live = given('a', 'b', 'c');

    expect([live.set('c', true), live.set('a', true), live.set('x', false)]).toEqual([2, 0, 'absent']);
    expect(live.sorted).toEqual(['a', 'b', 'c']);
  });

  it('collects the keys again after a reset', () => {
    const keys = ['a'];
    const live = new LiveKeys(() => keys);
    expect(live.sorted).toEqual(['a']);
    keys.push('b');
    expect(live.sorted).toEqual(['a']);

    live.reset();

    expect(live.set('b', true)).toBe('list_changed');
    expect(live.sorted).toEqual(['a', 'b']);
  });
});
