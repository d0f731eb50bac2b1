import { parseApiKey, type CreateApiKeyCommand } from '#libs/contracts';
import { hashOf, InMemoryAccounts, originIn } from '../../../test/in-memory/world.js';
import type { Organization } from '../../domain/organizations/organization.js';
import type { User } from '../../domain/people/user.js';

describe('CreateApiKey', () => {
  let accounts: InMemoryAccounts;
  let root: User;
  let acme: Organization;
  beforeEach(async () => {
    accounts = new InMemoryAccounts();
    root = await accounts.superAdmin();
    acme = await accounts.organization(root);
  });
  const create = (command: Partial<CreateApiKeyCommand> = {}) => {
    const complete = { name: 'shop', key_type: 'flags_server' as const, environment: 'prod', ...command };
    return accounts.useCases().createApiKey.execute(complete, originIn(acme, root));
  };
  const stored = () => [...accounts.uow.tables.apiKeys.values()];

  it('shows the key once, stores its hash, and queues one fact and one audit entry without its secret', async () => {
    const created = await create();

    const parsed = parseApiKey(created.key!)!;
    expect(parsed).toMatchObject({ type: 'flags_server', environment: 'prod', lookupId: created.lookup_id });
    expect(created).toMatchObject({ name: 'shop', key_type: 'server', environment: 'prod', created_by: root.id });
    expect(stored()).toMatchObject([{ id: created.id, keyHash: hashOf(created.key!) }]);
    expect(accounts.facts).toMatchObject([
      {
        type: 'apikey.created',
        org_id: acme.id,
        environment_id: expect.any(String),
        data: { key_id: created.id, lookup_id: created.lookup_id, key_type: 'flags_server' },
      },
    ]);
    expect(accounts.audited).toMatchObject([
      { data: { event: 'SdkKeyCreated', severity: 'info', environment: 'prod', resource_key: created.lookup_id } },
    ]);
    expect(JSON.stringify(accounts.uow.queued)).not.toContain(parsed.secret);
  });

  it('needs no environment for analytics, which has audit events of its own', async () => {
    const created = await create({ key_type: 'analytics_write', environment: undefined });

    expect(created).toMatchObject({ key_type: 'write', environment: null });
    expect(accounts.facts[0]).not.toHaveProperty('environment_id', expect.anything());
    expect(accounts.audited).toMatchObject([{ data: { event: 'AnalyticsKeyCreated', environment: null } }]);
  });

  it.each([
    [{ name: ' ' }, 'invalid_name'],
    [{ environment: undefined }, 'invalid_environment_name'],
    [{ environment: 'staging' }, 'not_found'],
    [{ expires_at: '2020-01-01T00:00:00Z' }, 'invalid_timestamp'],
    [{ allowed_origins: ['https://app.example.com'] }, 'unknown_field'],
    [{ key_type: 'flags_client', allowed_origins: ['https://app.example.com/'] }, 'invalid_type'],
  ] as const)('refuses %j and stores nothing', async (command, code) => {
    await expect(create(command)).rejects.toMatchObject({ code });

    expect(stored()).toEqual([]);
    expect(accounts.uow.queued).toEqual([]);
  });

  it('stores no key of an environment that was deleted while the key was hashed', async () => {
    const hash = accounts.hasher.hash.bind(accounts.hasher);
    accounts.hasher.hash = async (text) => {
      await accounts.useCases().deleteEnvironment.execute({ environment: 'prod' }, originIn(acme, root));
      return hash(text);
    };

    await expect(create()).rejects.toMatchObject({ code: 'not_found' });

    expect(stored()).toEqual([]);
  });
});
