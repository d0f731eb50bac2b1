import { isUnchanged } from './is-unchanged.js';

const before = { name: 'a', tags: ['x'], color: undefined, createdAt: new Date(1), version: 1, updatedAt: new Date(1) };

describe('a change', () => {
  it('of nothing but the version and the time is none', () => {
    const after = { ...before, tags: ['x'], createdAt: new Date(1), version: 2, updatedAt: new Date(2) };

    expect(isUnchanged(before, after)).toBe(true);
  });

  it.each([{ name: 'b' }, { tags: [] }, { color: '#000000' }, { createdAt: new Date(2) }])(
    'of %j is one',
    (difference) => {
      expect(isUnchanged<object & { version: number; updatedAt: Date }>(before, { ...before, ...difference })).toBe(
        false,
      );
    },
  );
});
