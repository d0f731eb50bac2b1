import { parseApiKey, type CreateApiKeyCommand } from '#libs/contracts';
import { IMPOSSIBLE_TIMES } from '#libs/testing';
import { keyTerms, mintKey, revokeKey, type ApiKey } from './api-key.js';

const now = new Date('2030-01-01T00:00:00Z');
const aCommand = (command: Partial<CreateApiKeyCommand> = {}): CreateApiKeyCommand => ({
  name: 'web shop',
  key_type: 'flags_client',
  environment: 'prod',
  ...command,
});

describe('an API key', () => {
  it('is parsed into its parts', () => {
    const { key, lookupId } = mintKey('flags_server', 'eu_west', '0123456789abcdef0123456789abcdef01234567');

    expect(parseApiKey(key)).toEqual({
      type: 'flags_server',
      environment: 'eu_west',
      lookupId,
      secret: 'cdef0123456789abcdef01234567',
    });
  });

  it.each(['flags_client', 'analytics_write'] as const)('of type %s may have origins', (key_type) => {
    const allowed_origins = ['https://*.example.com'];

    expect(keyTerms(aCommand({ key_type, allowed_origins }), now).allowedOrigins).toEqual(allowed_origins);
  });

  it.each(['flags_server', 'analytics_rw'] as const)('of type %s has no origins', (key_type) => {
    const create = () => keyTerms(aCommand({ key_type, allowed_origins: ['https://a.example'] }), now);

    expect(create).toThrow(expect.objectContaining({ code: 'unknown_field' }));
  });

  it('keeps each origin once, and its expiry', () => {
    const origins = ['https://a.example', 'http://localhost:3000', 'https://a.example'];

    const terms = keyTerms(aCommand({ allowed_origins: origins, expires_at: '2030-01-01T01:00:00+00:30' }), now);

    expect(terms.allowedOrigins).toEqual(['https://a.example', 'http://localhost:3000']);
    expect(terms.expiresAt).toEqual(new Date('2030-01-01T00:30:00Z'));
  });

  it('has at most 100 origins', () => {
    const origins = Array.from({ length: 101 }, (_, n) => `https://a${n}.example`);

    expect(keyTerms(aCommand({ allowed_origins: origins.slice(1) }), now).allowedOrigins).toHaveLength(100);
    expect(() => keyTerms(aCommand({ allowed_origins: origins }), now)).toThrow(
      expect.objectContaining({ code: 'too_long', details: [expect.objectContaining({ field: 'allowed_origins' })] }),
    );
  });

  it.each(['flags_server', 'analytics_rw'] as const)('of type %s may have an empty list of origins', (key_type) => {
    expect(keyTerms(aCommand({ key_type, allowed_origins: [] }), now)).toMatchObject({ allowedOrigins: [] });
  });

  it.each([
    ['flags_server', true],
    ['flags_client', true],
    ['analytics_write', false],
    ['analytics_rw', false],
  ] as const)('of type %s needs an environment: %s', (key_type, isNeeded) => {
    const create = () => keyTerms(aCommand({ key_type, environment: undefined }), now);

    if (isNeeded) expect(create).toThrow(expect.objectContaining({ code: 'invalid_environment_name' }));
    else expect(create()).toMatchObject({ keyType: key_type, name: 'web shop' });
  });

  it('may end a millisecond from now, or never', () => {
    expect(keyTerms(aCommand({ expires_at: '2030-01-01T00:00:00.001Z' }), now).expiresAt).toEqual(
      new Date(now.getTime() + 1),
    );
    expect(keyTerms(aCommand(), now).expiresAt).toBeUndefined();
  });

  it.each([
    'https://a.example/',
    'https://a.example:443',
    'https://A.example',
    'a.example',
    '*',
    'https://a.*.example.com',
    'null',
    'javascript:alert(1)',
    'https://user@a.example',
  ])('refuses %s, which no browser sends as an origin', (origin) => {
    expect(() => keyTerms(aCommand({ allowed_origins: ['https://ok.example', origin] }), now)).toThrow(
      expect.objectContaining({
        code: 'invalid_type',
        details: [expect.objectContaining({ field: 'allowed_origins[1]' })],
      }),
    );
  });

  it.each(['2029-12-31T23:59:59Z', '2030-01-01T00:00:00Z', '2031-01-01', 'tomorrow', '2031-13-01T00:00:00Z'])(
    'refuses to end at %s',
    (expires_at) => {
      expect(() => keyTerms(aCommand({ expires_at }), now)).toThrow(
        expect.objectContaining({ code: 'invalid_timestamp' }),
      );
    },
  );

  it.each(IMPOSSIBLE_TIMES)('refuses "%s" as its end', (expires_at) => {
    expect(() => keyTerms(aCommand({ expires_at }), now)).toThrow(
      expect.objectContaining({
        code: 'invalid_timestamp',
        details: [expect.objectContaining({ field: 'expires_at' })],
      }),
    );
  });

  it('is revoked once', () => {
    const key: ApiKey = {
      ...keyTerms(aCommand(), now),
      ...{ id: '1', orgId: '2', lookupId: 'abc', keyHash: 'x', createdBy: '3', createdAt: now },
    };

    const revoked = revokeKey(key, now);

    expect(revoked.revokedAt).toEqual(now);
    expect(() => revokeKey(revoked, now)).toThrow(expect.objectContaining({ code: 'already_revoked' }));
  });
});
