import { InMemoryAccounts, originIn } from '../../../test/in-memory/world.js';
import type { Organization } from '../../domain/organizations/organization.js';
import type { User } from '../../domain/people/user.js';

describe('DeleteEnvironment', () => {
  let accounts: InMemoryAccounts;
  let root: User;
  let acme: Organization;
  beforeEach(async () => {
    accounts = new InMemoryAccounts();
    root = await accounts.superAdmin();
    acme = await accounts.organization(root);
  });
  const remove = (environment: string, if_version?: number) =>
    accounts.useCases().deleteEnvironment.execute({ environment, if_version }, originIn(acme, root));
  const createKey = (expires_at?: string) => {
    const command = { name: 'x', key_type: 'flags_server', environment: 'prod', expires_at } as const;
    return accounts.useCases().createApiKey.execute(command, originIn(acme, root));
  };

  it('frees the name at once, with one fact of the last state and one audit entry', async () => {
    await expect(remove('dev', 1)).resolves.toEqual({});

    expect(accounts.facts).toMatchObject([
      { type: 'environment.deleted', org_id: acme.id, data: { name: 'dev', version: 2 } },
    ]);
    expect(accounts.audited).toMatchObject([
      {
        data: {
          event: 'EnvironmentDeleted',
          severity: 'notice',
          before: { name: 'dev', version: 1 },
          after: null,
        },
      },
    ]);
    await expect(remove('dev')).rejects.toMatchObject({ code: 'not_found' });
    const created = accounts.useCases().createEnvironment.execute({ name: 'dev' }, originIn(acme, root));
    await expect(created).resolves.toMatchObject({ name: 'dev', version: 1 });
  });

  it('refuses while a key of the environment is neither revoked nor expired', async () => {
    const inTenMinutes = new Date(accounts.clock.now().getTime() + 600_000).toISOString();
    const [key] = [await createKey(), await createKey(inTenMinutes)];

    await expect(remove('prod')).rejects.toMatchObject({ code: 'has_active_keys' });
    await accounts.useCases().revokeApiKey.execute({ key_id: key!.id }, originIn(acme, root));
    await expect(remove('prod')).rejects.toMatchObject({ code: 'has_active_keys' });
    accounts.clock.advance(600_000);

    await expect(remove('prod')).resolves.toEqual({});
  });

  it('refuses an old version', async () => {
    await expect(remove('dev', 7)).rejects.toMatchObject({ code: 'version_conflict' });

    expect(accounts.uow.queued).toEqual([]);
  });
});
