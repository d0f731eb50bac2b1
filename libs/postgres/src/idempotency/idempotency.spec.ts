import { formatApiKey } from '#libs/contracts';
import { withoutSecrets } from './idempotency.js';

const KEY = formatApiKey('flags_server', 'dev', 'a1b2c3d4e5f6'.padEnd(40, '0'));

describe('withoutSecrets', () => {
  it('removes API keys at any depth, and fields of the first level that are named like secrets', () => {
    const answer = { id: '1', key: KEY, invite_token: 'abc', nested: { list: [{ key: KEY, name: 'n' }] } };

    expect(JSON.parse(withoutSecrets(answer))).toEqual({ id: '1', nested: { list: [{ name: 'n' }] } });
  });

  it('keeps fields below the first level that people named like a secret', () => {
    const answer = { resource: { key: 'checkout', variants: [{ name: 'on', value: { token: 'blue', z: 1, a: 2 } }] } };

    expect(withoutSecrets(answer)).toBe(JSON.stringify(answer));
  });
});
