import { Secret } from '#libs/kernel';
import { KeyedEntropy } from './keyed-entropy.js';

const entropyOf = (key: string): KeyedEntropy => new KeyedEntropy(new Secret(Buffer.from(key)));

describe('KeyedEntropy', () => {
  it.each([
    ['apiKey', /^[0-9a-f]{40}$/],
    ['linkToken', /^[0-9a-f]{64}$/],
    ['refreshToken', /^[\w-]{43}$/],
  ] as const)('makes another %s each time, of the length that clients know', (name, form) => {
    const entropy = entropyOf('key');
    const made = Array.from({ length: 1_000 }, () => entropy[name]());

    expect(new Set(made).size).toBe(1_000);
    expect(made.filter((text) => !form.test(text))).toEqual([]);
  });

  it('computes the next refresh token alike in every process that has the key, in the form of the first', () => {
    const next = entropyOf('key').nextRefreshToken('token');

    expect(entropyOf('key').nextRefreshToken('token')).toBe(next);
    expect(next).toMatch(/^[\w-]{43}$/);
  });

  it('computes other tokens with another key or of another token: a copy of the database is not enough', () => {
    const next = entropyOf('key').nextRefreshToken('token');

    expect(entropyOf('other key').nextRefreshToken('token')).not.toBe(next);
    expect(entropyOf('key').nextRefreshToken('token2')).not.toBe(next);
    expect(entropyOf('key').nextRefreshToken(next)).not.toBe(next);
  });
});
