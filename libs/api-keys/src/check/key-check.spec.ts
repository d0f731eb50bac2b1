import { AppError } from '#libs/kernel';
import type { FoundKey } from '#libs/contracts';
import { aCheck, aKey, aRecord, HERE, KEY, LOOKUP, START } from '#libs/testing';

const WRONG = aKey('1');
const ELSEWHERE = '198.51.100.7';
const at = (ms: number): string => new Date(START + ms).toISOString();

describe('KeyCheck', () => {
  it('looks up and hashes once for concurrent callers, then answers without a promise', async () => {
    const { check, directory, hasher } = aCheck();

    const both = await Promise.all([check.check(KEY, HERE), check.check(KEY, ELSEWHERE)]);

    expect(both).toEqual([aRecord(), aRecord()]);
    expect(check.check(KEY, HERE)).toBe(both[0]);
    expect([directory.asked, hasher.asked]).toEqual([1, 1]);
  });

  it('refuses text without the shape of a key, without a look-up', async () => {
    const { outcome, directory, hasher } = aCheck();
    const random = LOOKUP.padEnd(40, '0');

    for (const key of ['', 'loom_flags_server_dev_abc', `loom_flags_server_${random}`, `${KEY}0`, KEY.toUpperCase()]) {
      expect(await outcome(key)).toBe('invalid_key');
    }
    expect([directory.asked, hasher.asked]).toEqual([0, 0]);
  });

  it('refuses an unknown, an expired and a revoked key alike, and hashes for each', async () => {
    for (const found of [null, aRecord({ expires_at: at(-1) }), aRecord({ revoked_at: at(-1) })]) {
      const { outcome, directory, hasher } = aCheck();
      directory.answer = () => Promise.resolve(found);
      expect([await outcome(KEY), hasher.asked]).toEqual(['invalid_key', 1]);
    }
  });

  it('looks an unknown key up once, and again after some seconds', async () => {
    const { outcome, directory, clock } = aCheck();
    const unknown = (secret: string): string => aKey(secret, 'ffffffffffff');

    for (const secret of ['1', '2', '3']) expect(await outcome(unknown(secret))).toBe('invalid_key');
    expect(directory.asked).toBe(1);
    clock.at += 6_000;
    await outcome(unknown('4'));
    expect(directory.asked).toBe(2);
  });

  describe('wrong keys', () => {
    it('are cached for 30 s, and the valid key works meanwhile', async () => {
      const { outcome, hasher, clock } = aCheck();

      for (let i = 0; i < 20; i += 1) expect(await outcome(WRONG)).toBe('invalid_key');
      expect(hasher.asked).toBe(1);
      expect(await outcome(KEY)).toBe('accepted');
      clock.at += 31_000;
      await outcome(WRONG);
      expect(hasher.asked).toBe(3);
    });

    it('may be tried ten times a minute per look-up id and address, without locking other addresses out', async () => {
      const { outcome, hasher, clock } = aCheck();
      const tries = '123456789abc'.split('').map((secret) => aKey(secret));

      const outcomes = await Promise.all(tries.map((key) => outcome(key)));

      expect(outcomes.filter((code) => code === 'invalid_key')).toHaveLength(10);
      expect(outcomes.filter((code) => code === 'rate_limited')).toHaveLength(2);
      expect(hasher.asked).toBe(10);
      expect(await outcome(KEY)).toBe('rate_limited');
      expect(await outcome(KEY, ELSEWHERE)).toBe('accepted');
      expect(await outcome(KEY)).toBe('accepted');
      clock.at += 60_000;
      expect(await outcome(aKey('d'))).toBe('invalid_key');
    });

    it('with made-up look-up ids are limited as well: a hundred a minute from one address', async () => {
      const { outcome, hasher, directory } = aCheck();

      for (let i = 0; i < 120; i += 1) await outcome(aKey('0', i.toString(16).padStart(12, '0')));

      expect([hasher.asked, directory.asked]).toEqual([100, 100]);
      expect(await outcome(KEY, ELSEWHERE)).toBe('accepted');
    });

    it('from an address that failed wait in a bounded queue, and do not delay other addresses', async () => {
      const { outcome, hasher } = aCheck();
      const release = Promise.withResolvers<void>();
      await outcome(WRONG);
      hasher.hold = release.promise;

      const flood = Array.from({ length: 50 }, (_, i) => outcome(aKey('0', i.toString(16).padStart(12, '0'))));
      const good = outcome(KEY, ELSEWHERE);
      await new Promise((resolve) => setImmediate(resolve));
      expect(hasher.asked).toBe(1 + 2);
      release.resolve();

      expect(await good).toBe('accepted');
      const outcomes = await Promise.all(flood);
      expect(outcomes.filter((code) => code === 'invalid_key')).toHaveLength(9);
      expect(outcomes.filter((code) => code === 'overloaded')).toHaveLength(41);
    });

    it('that were refused because too many wait count as well, so that a flood ends', async () => {
      const { outcome } = aCheck();
      await outcome(WRONG);
      const burst = (from: number) =>
        Promise.all(
          Array.from({ length: 100 }, (_, i) => outcome(aKey('0', (from + i).toString(16).padStart(12, '0')))),
        );

      const first = await burst(0);
      const second = await burst(1_000);

      expect(first).toContain('overloaded');
      expect(new Set(second)).toEqual(new Set(['rate_limited']));
    });

    it('from a fresh address run concurrently up to a limit, before the rest is throttled', async () => {
      const { outcome, hasher } = aCheck();
      const release = Promise.withResolvers<void>();
      hasher.hold = release.promise;

      const burst = Array.from({ length: 24 }, (_, i) => outcome(aKey('0', i.toString(16).padStart(12, '0'))));
      await new Promise((resolve) => setImmediate(resolve));

      expect(hasher.asked).toBe(16 + 1);
      release.resolve();
      expect(new Set(await Promise.all(burst))).toEqual(new Set(['invalid_key']));
    });

    it('do not count when they could not be checked', async () => {
      const { outcome, directory } = aCheck();
      const { answer } = directory;
      directory.answer = () => Promise.reject(new AppError('bus_unavailable', 'away'));
      for (let i = 0; i < 20; i += 1) expect(await outcome(KEY)).toBe('bus_unavailable');

      directory.answer = answer;

      expect(await outcome(KEY)).toBe('accepted');
    });
  });

  describe('a key that expires', () => {
    it('is refused from its expiry on, which is reported once', async () => {
      const { check, outcome, directory, clock } = aCheck();
      directory.answer = () => Promise.resolve(aRecord({ expires_at: at(60_000) }));
      const ended: string[] = [];
      check.onRevoked((lookupId) => ended.push(lookupId));
      await outcome(KEY);

      clock.at += 59_999;
      check.endExpired();
      expect([await outcome(KEY), ended]).toEqual(['accepted', []]);
      clock.at += 1;
      expect(await outcome(KEY)).toBe('invalid_key');
      expect(check.isGood(aRecord({ expires_at: at(60_000) }))).toBe(false);
      check.endExpired();
      check.endExpired();
      expect(ended).toEqual([LOOKUP]);
      expect(await outcome(KEY)).toBe('invalid_key');
    });
  });

  describe('a revocation', () => {
    it('ends a verified key, and is reported once, however often it is received', async () => {
      const { check, revocations, outcome } = aCheck();
      const ended: string[] = [];
      check.onRevoked((lookupId) => ended.push(lookupId));
      await outcome(KEY);

      revocations.add(LOOKUP);
      revocations.add(LOOKUP);

      expect(await outcome(KEY)).toBe('invalid_key');
      expect(ended).toEqual([LOOKUP]);
      expect(check.isGood(aRecord())).toBe(false);
    });

    it.each(['look-up', 'hash'])('prevails over a %s in progress', async (what) => {
      const { revocations, directory, hasher, outcome } = aCheck();
      const slow = Promise.withResolvers<FoundKey>();
      const { answer } = directory;
      if (what === 'look-up') directory.answer = () => slow.promise;
      else hasher.hold = slow.promise.then(() => undefined);
      const racing = outcome(KEY);
      await new Promise((resolve) => setImmediate(resolve));

      revocations.add(LOOKUP);
      slow.resolve(aRecord());

      expect(await racing).toBe('invalid_key');
      directory.answer = answer;
      expect(await outcome(KEY)).toBe('invalid_key');
      expect(await outcome(WRONG)).toBe('invalid_key');
    });

    it('found by a look-up is reported', async () => {
      const { check, directory, outcome } = aCheck();
      const ended: string[] = [];
      check.onRevoked((lookupId) => ended.push(lookupId));
      directory.answer = () => Promise.resolve({ lookup_id: LOOKUP, revoked_at: at(0) });

      await outcome(KEY);

      expect(ended).toEqual([LOOKUP]);
    });
  });

  describe('while no source is available', () => {
    const away = () => Promise.reject(new AppError('bus_unavailable', 'away'));

    it('an unknown key is 503, and a verified one works until its grace period is over', async () => {
      const { directory, clock, outcome } = aCheck();
      await outcome(KEY);
      directory.answer = away;

      clock.at += 600_000;
      expect(await outcome(KEY)).toBe('accepted');
      expect(await outcome(aKey('0', 'ffffffffffff'))).toBe('bus_unavailable');
      clock.at += 1;
      expect(await outcome(KEY)).toBe('bus_unavailable');
    });

    it('the grace period begins when the list of revocations was last complete', async () => {
      const { revocations, directory, clock, outcome } = aCheck();
      await outcome(KEY);
      directory.answer = away;
      clock.at += 3_600_000;

      revocations.confirm(clock.at);
      clock.at += 600_000;
      expect(await outcome(KEY)).toBe('accepted');
      clock.at += 1;
      expect(await outcome(KEY)).toBe('bus_unavailable');
      revocations.confirm(clock.at);
      expect(await outcome(KEY)).toBe('accepted');
    });
  });

  it('returns the keys used since the last call', async () => {
    const { check, clock, outcome } = aCheck();
    await outcome(KEY);
    clock.at += 5_000;
    await outcome(KEY);

    expect(check.takeUsed()).toEqual([{ record: aRecord(), at: START + 5_000 }]);
    expect(check.takeUsed()).toEqual([]);
  });
});
