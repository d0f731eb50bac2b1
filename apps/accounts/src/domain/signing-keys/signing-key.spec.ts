import { Secret } from '#libs/kernel';
import { isTrusted, keyAt, upcomingKey, type SigningKey } from './signing-key.js';

const at = (seconds: number): Date => new Date(Date.parse('2030-01-01T00:00:00Z') + seconds * 1_000);
const key = (kid: string, signsFrom: number, retiredAt?: number): SigningKey => ({
  kid,
  publicJwk: { kid },
  privatePem: new Secret('pem'),
  createdAt: at(0),
  signsFrom: at(signsFrom),
  retiredAt: retiredAt === undefined ? undefined : at(retiredAt),
});
const rotated = [key('new', 300), key('old', 0, 300)];

describe('the key that signs', () => {
  it.each([
    [0, 'old'],
    [299.999, 'old'],
    [300, 'new'],
    [9_000, 'new'],
  ])('%d s after the rotation is the %s one', (seconds, kid) => {
    expect(keyAt(rotated, at(seconds))?.kid).toBe(kid);
  });

  it('is the first one, also by a clock that is behind', () => {
    expect(keyAt([key('first', 5)], at(4))?.kid).toBe('first');
  });

  it('does not exist when all keys are retired', () => {
    expect(keyAt([key('old', 0, 300)], at(300))).toBeUndefined();
  });

  it('is known before it signs', () => {
    expect(upcomingKey(rotated, at(299))?.kid).toBe('new');
    expect(upcomingKey(rotated, at(300))).toBeUndefined();
  });

  it('stays trusted for as long as the last token it signed', () => {
    const old = rotated[1]!;

    expect(isTrusted(old, 900, at(300 + 899.999))).toBe(true);
    expect(isTrusted(old, 900, at(300 + 900))).toBe(false);
    expect(isTrusted(rotated[0]!, 900, at(0))).toBe(true);
  });
});
