import type { CreateApiKeyCommand } from '#libs/contracts';
import { DAY_MS, InMemoryAccounts, originIn } from '../../../test/in-memory/world.js';
import type { Organization } from '../../domain/organizations/organization.js';
import type { User } from '../../domain/people/user.js';

describe('the quota of keys', () => {
  let accounts: InMemoryAccounts;
  let root: User;
  let acme: Organization;
  beforeEach(async () => {
    accounts = new InMemoryAccounts();
    root = await accounts.superAdmin();
    acme = await accounts.organization(root);
  });
  const create = (keys: number, command: Partial<CreateApiKeyCommand> = {}, organization = acme) => {
    const complete = { name: 'shop', key_type: 'flags_server' as const, environment: 'prod', ...command };
    const quotas = { environments: 50, keys, members: 1_000 };
    return accounts.useCases({ quotas }).createApiKey.execute(complete, originIn(organization, root));
  };
  const revoke = (key_id: string) => accounts.useCases().revokeApiKey.execute({ key_id }, originIn(acme, root));
  const refused = (limit: number, used: number) => ({ code: 'quota_exceeded', details: [{ limit, used }] });

  it('counts keys of every family and environment together', async () => {
    await create(3);
    await create(3, { environment: 'dev' });
    await create(3, { key_type: 'analytics_write', environment: undefined });
    accounts.arranged();

    await expect(create(3, { key_type: 'analytics_rw' })).rejects.toMatchObject(refused(3, 3));

    expect(accounts.uow.tables.apiKeys.size).toBe(3);
    expect(accounts.uow.queued).toEqual([]);
  });

  it('is not passed by concurrent creations, though all of them hash a key', async () => {
    const outcomes = await Promise.allSettled([create(2), create(2), create(2)]);

    expect(outcomes.filter(({ status }) => status === 'rejected')).toMatchObject([{ reason: refused(2, 2) }]);
    expect(accounts.uow.tables.apiKeys.size).toBe(2);
  });

  it('has room again after a revocation', async () => {
    const { id } = await create(1);
    await expect(create(1)).rejects.toMatchObject(refused(1, 1));

    await revoke(id);

    await expect(create(1)).resolves.toMatchObject({ revoked_at: null });
  });

  it('counts a key that expired until it is revoked', async () => {
    const expires_at = new Date(accounts.clock.now().getTime() + DAY_MS).toISOString();
    const { id } = await create(1, { expires_at });
    accounts.clock.advance(2 * DAY_MS);
    await expect(create(1)).rejects.toMatchObject(refused(1, 1));

    await revoke(id);

    await expect(create(1)).resolves.toMatchObject({ name: 'shop' });
  });

  it('is that of one organization alone', async () => {
    await create(1);

    const other = await accounts.organization(root, 'other');
    await expect(create(1, {}, other)).resolves.toMatchObject({ name: 'shop' });
  });

  it('is checked after the fields of the key and its environment', async () => {
    await create(1);

    await expect(create(1, { name: ' ' })).rejects.toMatchObject({ code: 'invalid_name' });
    await expect(create(1, { environment: 'nowhere' })).rejects.toMatchObject({ code: 'not_found' });
  });
});
