import { LocalBuckets, keyLimitHook } from './key-limits.js';

describe('LocalBuckets', () => {
  it('holds what may come in a second, fills up in one, and keeps keys apart', () => {
    const buckets = new LocalBuckets(10);
    const at = (ms: number, key = 'a') => buckets.take(key, ms).isAllowed;

    expect(Array.from({ length: 12 }, () => at(0)).filter(Boolean)).toHaveLength(10);
    expect(at(0, 'b')).toBe(true);
    expect([at(100), at(100)]).toEqual([true, false]);
    expect(Array.from({ length: 12 }, () => at(5_000)).filter(Boolean)).toHaveLength(10);
    expect(buckets.take('a', 5_000)).toMatchObject({ isAllowed: false, limit: 10, remaining: 0, waitMs: 100 });
  });
});

describe('the limit of keys', () => {
  const limits = { evaluation: 0, streams: 5, capture: 0 };

  it('puts nothing in front of routes without one', () => {
    expect(keyLimitHook('/api/flags/evaluate', limits)).toBeUndefined();
    expect(keyLimitHook('/api/analytics/capture', limits)).toBeUndefined();
    expect(keyLimitHook('/api/flags/evaluate', undefined)).toBeUndefined();
    expect(keyLimitHook('/api/flags/stream', limits)).toBeDefined();
  });
});
