import { leaksIn } from './leaks.js';

describe('leaksIn', () => {
  it.each([
    ['an API key', `Bearer loom_flags_server_my_dev_${'a1'.repeat(20)}`],
    ['an analytics key without environment', `loom_analytics_rw_${'0f'.repeat(20)}`],
    ['a JWT', 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxMjM0NTYifQ.c2lnbmF0dXJlLXRleHQ'],
    ['a URL with a password', 'connect postgres://loom:geheim@127.0.0.1:5432/loom'],
    ['a hash', '$argon2id$v=19$m=19456'],
    ['a canary', 'the password is correct horse'],
  ])('finds %s', (_what, line) => {
    expect(leaksIn(`fine\n${line}\nfine`, ['correct horse'])).toEqual([line]);
  });

  it('lets look-up ids, redacted values and URLs without a password pass', () => {
    const log =
      'lookup a1b2c3d4e5f6 [redacted] nats://127.0.0.1:4222 loom_flags_server_dev_a1b2c3d4e5f6 eyJub3QuYS5qd3Q';
    expect(leaksIn(log, ['correct horse'])).toEqual([]);
  });
});
