import { formatApiKey } from '#libs/contracts';
import { Secret } from '#libs/kernel';
import { redact } from './redact-json.js';

describe('redact', () => {
  it('replaces secrets at any depth: by field name, by type and by the form of an API key', () => {
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

  it('replaces credentials inside texts, and leaves the rest of the text', () => {
    const apiKey = formatApiKey('flags_server', 'prod', 'a'.repeat(40));

    expect(redact({ description: `replaces ${apiKey}, ask ada@example.com` })).toEqual({
      description: 'replaces [redacted], ask ada@example.com',
    });
  });

  it('keeps fields with names that only resemble those of secrets', () => {
    const flag = { key: 'new_checkout', token_count: 3, secretary: 'Ann', hash: 'abc', at: new Date(0) };

    expect(redact(flag)).toEqual({ ...flag, at: '1970-01-01T00:00:00.000Z' });
  });

  it('returns null for undefined, and keeps null', () => {
    expect(redact(undefined)).toBeNull();
    expect(redact({ password: null })).toEqual({ password: null });
  });
});
