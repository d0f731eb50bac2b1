import { Secret } from '#libs/kernel';
import { FixedClock } from '#libs/testing';
import { StreamTokens } from './stream-tokens.js';

const LOOKUP = 'a1b2c3d4e5f6';
const HOUR_MS = 3_600_000;
const START = '2026-01-01T10:30:00Z';

function tokens(secret = 'a secret of sixteen') {
  const clock = new FixedClock(START);
  return { clock, tokens: new StreamTokens(new Secret(secret), clock) };
}

describe('StreamTokens', () => {
  it('contains the look-up id of its key, readable with the same secret', () => {
    expect(tokens().tokens.read(tokens().tokens.issue(LOOKUP))?.lookupId).toBe(LOOKUP);
  });

  it('is the same for an hour, so that no client reconnects for another answer', () => {
    const { tokens: issuer, clock } = tokens();
    const first = issuer.issue(LOOKUP);

    clock.advance(29 * 60_000);
    expect(issuer.issue(LOOKUP)).toBe(first);
    clock.advance(60_000);
    expect(issuer.issue(LOOKUP)).not.toBe(first);
    expect(issuer.issue('ffffffffffff')).not.toBe(issuer.issue(LOOKUP));
  });

  it('is invalid after twelve hours', () => {
    const { tokens: issuer, clock } = tokens();
    const token = issuer.issue(LOOKUP);

    clock.advance(11 * HOUR_MS);
    expect(issuer.read(token)?.lookupId).toBe(LOOKUP);
    clock.advance(HOUR_MS);
    expect(issuer.read(token)).toBeUndefined();
  });

  it('is refused when it was signed with another secret', () => {
    expect(tokens().tokens.read(tokens('another secret, as long').tokens.issue(LOOKUP))).toBeUndefined();
  });

  it('is refused when any part of it was changed', () => {
    const { tokens: issuer } = tokens();
    const [version, lookupId, expiry, mac] = issuer.issue(LOOKUP).split('.') as [string, string, string, string];
    const later = (Number.parseInt(expiry, 36) + HOUR_MS).toString(36);
    const other = (mac.startsWith('0') ? '1' : '0') + mac.slice(1);

    for (const changed of [
      [version, 'ffffffffffff', expiry, mac],
      [version, lookupId, later, mac],
      [version, lookupId, expiry, other],
      [version, lookupId, expiry, mac.slice(1)],
      ['s2', lookupId, expiry, mac],
      [lookupId, expiry],
    ]) {
      expect(issuer.read(changed.join('.'))).toBeUndefined();
    }
    expect(issuer.read('')).toBeUndefined();
  });
});
