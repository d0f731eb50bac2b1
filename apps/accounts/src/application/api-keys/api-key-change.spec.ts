import { KEY_TYPES } from '#libs/contracts';
import { anApiKey, anEnvironment, anOrganization, aUser, day } from '../../../test/contract/builders.js';
import { originIn } from '../../../test/in-memory/world.js';
import { apiKeyCreated, apiKeyRevoked } from './api-key-change.js';
import { apiKeyView } from './api-key-view.js';

const acme = anOrganization();
const origin = originIn(acme, aUser());
const environment = anEnvironment(acme.id);

describe('a change of a key', () => {
  it.each(KEY_TYPES)('of type %s shows its hash nowhere', (keyType) => {
    const key = anApiKey(acme.id, { keyType, environment, keyHash: 'the hash' });
    const changes = [apiKeyCreated(origin, key), apiKeyRevoked(origin, key, { ...key, revokedAt: day(2) })];

    expect(JSON.stringify([changes, apiKeyView(key)])).not.toContain('the hash');
  });

  it.each([
    ['flags_server', 'SdkKey'],
    ['flags_client', 'SdkKey'],
    ['analytics_write', 'AnalyticsKey'],
    ['analytics_rw', 'AnalyticsKey'],
  ] as const)('of type %s is audited as one of %s', (keyType, entity) => {
    const key = anApiKey(acme.id, { keyType });
    const revoked = { ...key, revokedAt: day(2) };

    expect(apiKeyCreated(origin, key).audit).toMatchObject({ event: `${entity}Created`, action: 'insert' });
    expect(apiKeyRevoked(origin, key, revoked).audit).toMatchObject({
      event: `${entity}Revoked`,
      action: 'revoke',
      before: { revoked_at: null },
      after: { revoked_at: day(2).toISOString() },
    });
  });

  it('is in the scope of its environment, or of none', () => {
    const [inOne, inNone] = [anApiKey(acme.id, { environment }), anApiKey(acme.id, { environment: undefined })];

    expect(apiKeyCreated(origin, inOne).fact).toMatchObject({ scope: acme.id, environmentId: environment.id });
    expect(apiKeyCreated(origin, inOne).audit).toMatchObject({ environmentId: environment.id, environment: 'dev' });
    expect(apiKeyCreated(origin, inNone).fact.environmentId).toBeUndefined();
    expect(apiKeyCreated(origin, inNone).audit.environmentId).toBeUndefined();
  });
});

describe('the view of a key', () => {
  it('has every field, absent ones as null, and the type without its family', () => {
    const bare = anApiKey(acme.id, { keyType: 'analytics_rw', environment: undefined, createdAt: day(1) });

    expect(apiKeyView(bare)).toEqual({
      ...{ id: bare.id, name: 'shop', key_type: 'rw', environment: null, lookup_id: bare.lookupId },
      ...{ allowed_origins: bare.allowedOrigins, created_at: day(1).toISOString(), created_by: bare.createdBy },
      ...{ last_used_at: null, expires_at: null, revoked_at: null },
    });
  });

  it('shows when it was used, expires and was revoked', () => {
    const used = anApiKey(acme.id, { environment, lastUsedAt: day(2), expiresAt: day(3), revokedAt: day(4) });

    expect(apiKeyView(used)).toMatchObject({
      environment: 'dev',
      last_used_at: day(2).toISOString(),
      expires_at: day(3).toISOString(),
      revoked_at: day(4).toISOString(),
    });
  });
});
