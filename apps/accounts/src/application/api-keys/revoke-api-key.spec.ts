import { InMemoryAccounts, originIn } from '../../../test/in-memory/world.js';
import type { Organization } from '../../domain/organizations/organization.js';
import type { User } from '../../domain/people/user.js';

describe('RevokeApiKey', () => {
  let accounts: InMemoryAccounts;
  let root: User;
  let acme: Organization;
  beforeEach(async () => {
    accounts = new InMemoryAccounts();
    root = await accounts.superAdmin();
    acme = await accounts.organization(root);
  });
  const create = async (key_type: 'flags_server' | 'analytics_rw' = 'flags_server') => {
    const command = { name: 'shop', key_type, environment: 'prod' };
    const key = await accounts.useCases().createApiKey.execute(command, originIn(acme, root));
    accounts.arranged();
    return key;
  };
  const revoke = (key_id: string, organization = acme) =>
    accounts.useCases().revokeApiKey.execute({ key_id }, originIn(organization, root));

  it('revokes for good, with one fact and one audit entry', async () => {
    const { id, lookup_id } = await create();

    await expect(revoke(id)).resolves.toMatchObject({ revoked_at: accounts.clock.now().toISOString() });

    expect(accounts.facts).toMatchObject([
      { type: 'apikey.revoked', environment_id: expect.any(String), data: { key_id: id, lookup_id } },
    ]);
    expect(accounts.audited).toMatchObject([
      { data: { event: 'SdkKeyRevoked', severity: 'notice', action: 'revoke', before: { revoked_at: null } } },
    ]);
  });

  it('revokes once, also of concurrent requests', async () => {
    const { id } = await create('analytics_rw');

    const outcomes = await Promise.allSettled([revoke(id), revoke(id), revoke(id)]);

    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    await expect(revoke(id)).rejects.toMatchObject({ code: 'already_revoked' });
    expect(accounts.audited).toMatchObject([{ data: { event: 'AnalyticsKeyRevoked' } }]);
  });

  it('does not find unknown keys and keys of another organization', async () => {
    const { id } = await create();
    const other = await accounts.organization(root, 'other');

    await expect(revoke(id, other)).rejects.toMatchObject({ code: 'not_found' });
    await expect(revoke('x')).rejects.toMatchObject({ code: 'not_found' });
  });
});
