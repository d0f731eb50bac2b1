import { assertQuota } from './quota.js';

describe('a quota', () => {
  it.each([
    [50, 0],
    [50, 49],
    [1, 0],
  ])('of %d has room for one more beside %d', (limit, used) => {
    expect(() => assertQuota('keys', limit, used)).not.toThrow();
  });

  it.each([
    [50, 50],
    [50, 51], // the limit was lowered
    [0, 0],
  ])('of %d has no room beside %d, and reports both numbers', (limit, used) => {
    expect(() => assertQuota('keys', limit, used)).toThrow(
      expect.objectContaining({
        code: 'quota_exceeded',
        details: [{ message: `At most ${limit} keys`, limit, used }],
      }),
    );
  });
});
