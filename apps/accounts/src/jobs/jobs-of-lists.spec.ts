import { minuteOfFailures } from './minute-of-failures.js';
import { revocationList } from './revocation-list.js';

describe('the renewal of a list of revocations', () => {
  it('runs every two seconds, well within the ten seconds that readers trust the list', () => {
    const { name, everyMs } = revocationList('ended sessions', { refresh: async () => undefined });

    expect(everyMs).toBe(2_000);
    expect(name).toContain('ended sessions');
  });

  it('begins at different times in different processes, within the first period', () => {
    const starts = Array.from({ length: 100 }, () => {
      const { firstAfterMs } = revocationList('keys', { refresh: async () => undefined });
      return firstAfterMs!;
    });

    expect(new Set(starts).size).toBeGreaterThan(50);
    expect(starts.filter((ms) => ms < 0 || ms >= 2_000)).toEqual([]);
  });

  it('fails with the list, so that the runner reports it', async () => {
    const refresh = () => Promise.reject(new Error('Redis is away'));

    await expect(revocationList('keys', { refresh }).run()).rejects.toThrow('Redis is away');
  });
});

describe('the minute of failed sign-ins', () => {
  it('ends a minute after the start, and every minute', async () => {
    let ended = 0;
    const { run, firstAfterMs, everyMs } = minuteOfFailures({ endMinute: async () => void (ended += 1) });

    await run();

    expect([ended, firstAfterMs, everyMs]).toEqual([1, 60_000, 60_000]);
  });
});
