import { Clock, Secret } from '#libs/kernel';
import { StreamTokens } from './stream-token.js';

const LOOKUP = 'a1b2c3d4e5f6';
const HOUR_MS = 3_600_000;
const START = Date.parse('2026-01-01T10:30:00Z');

class SettableClock extends Clock {
  at = START;
  override now(): Date {
    return new Date(this.at);
  }
}

function tokens(secret = 'a secret of sixteen') {
  const clock = new SettableClock();
  return { clock, tokens: new StreamTokens(new Secret(secret), clock) };
}

describe('StreamTokens', () => {
  it('carries the look-up id of its key, to every process with the secret', () => {
    expect(tokens().tokens.read(tokens().tokens.issue(LOOKUP))?.lookupId).toBe(LOOKUP);
  });

  it('is the same for an hour, so that no client connects anew for another answer', () => {
    const { tokens: issuer, clock } = tokens();
    const first = issuer.issue(LOOKUP);

    clock.at += 29 * 60_000;
    expect(issuer.issue(LOOKUP)).toBe(first);
    clock.at += 60_000;
    expect(issuer.issue(LOOKUP)).not.toBe(first);
    expect(issuer.issue('ffffffffffff')).not.toBe(issuer.issue(LOOKUP));
  });

  it('opens nothing after twelve hours', () => {
    const { tokens: issuer, clock } = tokens();
    const token = issuer.issue(LOOKUP);

    clock.at += 11 * HOUR_MS;
    expect(issuer.read(token)?.lookupId).toBe(LOOKUP);
    clock.at += HOUR_MS;
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
