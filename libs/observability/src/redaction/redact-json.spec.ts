import { formatApiKey } from '#libs/contracts';
import { Secret } from '#libs/kernel';
import { redact } from './redact-json.js';

describe('redact', () => {
  it('hides secrets by name, by type and by form, at any depth', () => {
    const apiKey = formatApiKey('flags_server', 'prod', 'a'.repeat(40));
    const seen = redact({
      password: 'p',
      nested: [{ keyHash: 'h', refresh_token: 't', deeper: { ip: new Secret('10.0.0.1'), key: apiKey } }],
    });

    expect(seen).toEqual({
      password: '[redacted]',
      nested: [{ keyHash: '[redacted]', refresh_token: '[redacted]', deeper: { ip: '[redacted]', key: '[redacted]' } }],
    });
  });

  it('keeps what only sounds like one', () => {
    const flag = { key: 'new_checkout', token_count: 3, secretary: 'Ann', hash: 'abc', at: new Date(0) };

    expect(redact(flag)).toEqual({ ...flag, at: '1970-01-01T00:00:00.000Z' });
  });

  it('gives null for nothing, and keeps null', () => {
    expect(redact(undefined)).toBeNull();
    expect(redact({ password: null })).toEqual({ password: null });
  });
});
