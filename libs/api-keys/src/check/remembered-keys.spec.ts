import { AppError } from '#libs/kernel';
import type { ConfirmedKey } from '../cache/verified-key-cache.js';
import { aCheck, aKey, aRecord, KEY, LOOKUP, START } from '#libs/testing';

const GRACE_MS = 600_000;
const unavailable = () => Promise.reject(new AppError('bus_unavailable', 'away'));

/** The check of a process that was restarted while no source is available. */
function afterRestart(...keys: readonly ConfirmedKey[]) {
  const all = aCheck();
  all.directory.answer = unavailable;
  all.check.remember(keys);
  return all;
}
const confirmed = (record = aRecord(), confirmedAt = START - 60_000): ConfirmedKey => ({ record, confirmedAt });

describe('KeyCheck after a restart without any source', () => {
  it('accepts a remembered key after one argon2, and refuses a wrong one of its look-up id', async () => {
    const { outcome, hasher } = afterRestart(confirmed());

    expect(await outcome(KEY)).toBe('accepted');
    expect(await outcome(KEY)).toBe('accepted');
    expect(hasher.asked).toBe(1);
    expect(await outcome(aKey('1'))).toBe('invalid_key');
  });

  it('refuses a key that is not remembered with 503', async () => {
    expect(await afterRestart(confirmed()).outcome(aKey('0', 'f6e5d4c3b2a1'))).toBe('bus_unavailable');
  });

  it('begins the grace period at the confirmation of the key, before and after it is presented', async () => {
    const { outcome, clock } = afterRestart(confirmed());
    clock.at = START - 60_000 + GRACE_MS;
    expect(await outcome(KEY)).toBe('accepted');
    clock.at += 1;
    expect(await outcome(KEY)).toBe('bus_unavailable');

    const late = afterRestart(confirmed());
    late.clock.at = START - 60_000 + GRACE_MS + 1;
    expect(await late.outcome(KEY)).toBe('bus_unavailable');
  });

  it('does not prolong the grace period when the clock was set back', async () => {
    const { outcome, clock } = afterRestart(confirmed(aRecord(), START + 3_600_000));
    clock.at = START + GRACE_MS + 1;
    expect(await outcome(KEY)).toBe('bus_unavailable');
  });

  it('refuses keys that are revoked later or have expired', async () => {
    const revoked = afterRestart(confirmed());
    revoked.revocations.add(LOOKUP);
    expect(await revoked.outcome(KEY)).toBe('invalid_key');
    expect(revoked.check.confirmed()).toEqual([]);

    const expired = afterRestart(confirmed(aRecord({ expires_at: new Date(START).toISOString() })));
    expect(await expired.outcome(KEY)).toBe('bus_unavailable');
  });

  it('trusts accounts rather than its memory', async () => {
    const { directory, outcome } = afterRestart(confirmed());
    directory.answer = () => Promise.resolve(null);
    expect(await outcome(KEY)).toBe('invalid_key');
  });
});

describe('KeyCheck.confirmed', () => {
  it('returns verified and remembered keys, confirmed up to the last list of revocations', async () => {
    const other = aRecord({ lookup_id: 'f6e5d4c3b2a1' });
    const { check, revocations, outcome, clock } = aCheck();
    check.remember([confirmed(other)]);
    const before = check.changes;
    await outcome(KEY);

    expect(check.changes).not.toBe(before);
    expect(check.confirmed()).toEqual([confirmed(other), { record: aRecord(), confirmedAt: START }]);
    clock.at = START + 30_000;
    revocations.confirm(START + 20_000);
    expect(check.confirmed().map(({ confirmedAt }) => confirmedAt)).toEqual([START + 20_000, START + 20_000]);
  });

  it('leaves out keys that are revoked or beyond their grace period', async () => {
    const { check, revocations, outcome, clock } = aCheck();
    await outcome(KEY);
    clock.at = START + GRACE_MS + 1;
    expect(check.confirmed()).toEqual([]);

    revocations.confirm(clock.at);
    expect(check.confirmed()).toHaveLength(1);
    const before = check.changes;
    revocations.add(LOOKUP);
    expect(check.confirmed()).toEqual([]);
    expect(check.changes).not.toBe(before);
  });
});
