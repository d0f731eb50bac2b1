import { LocalBuckets, keyLimitHook } from './key-limits.js';

describe('LocalBuckets', () => {
  it('allows the requests of one second at once, refills within a second, and counts each key separately', () => {
    const buckets = new LocalBuckets(10);
    const at = (ms: number, key = 'a') => buckets.take(key, ms).isAllowed;

    expect(Array.from({ length: 12 }, () => at(0)).filter(Boolean)).toHaveLength(10);
    expect(at(0, 'b')).toBe(true);
    expect([at(100), at(100)]).toEqual([true, false]);
    expect(Array.from({ length: 12 }, () => at(5_000)).filter(Boolean)).toHaveLength(10);
    expect(buckets.take('a', 5_000)).toMatchObject({ isAllowed: false, limit: 10, remaining: 0, waitMs: 100 });
  });
});

describe('keyLimitHook', () => {
  const limits = { evaluation: 0, streams: 5, capture: 0 };

  it('returns no hook for routes without a limit', () => {
    expect(keyLimitHook('/api/flags/evaluate', limits)).toBeUndefined();
    expect(keyLimitHook('/api/analytics/capture', limits)).toBeUndefined();
    expect(keyLimitHook('/api/flags/evaluate', undefined)).toBeUndefined();
    expect(keyLimitHook('/api/flags/stream', limits)).toBeDefined();
  });
});
