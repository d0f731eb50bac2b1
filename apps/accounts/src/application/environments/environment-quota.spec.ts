import { InMemoryAccounts, originIn } from '../../../test/in-memory/world.js';
import type { Organization } from '../../domain/organizations/organization.js';
import type { User } from '../../domain/people/user.js';

describe('the quota of environments', () => {
  let accounts: InMemoryAccounts;
  let root: User;
  let acme: Organization;
  beforeEach(async () => {
    accounts = new InMemoryAccounts();
    root = await accounts.superAdmin();
    acme = await accounts.organization(root); // with dev and prod
  });
  const limited = (environments: number) =>
    accounts.useCases({ quotas: { environments, keys: 2_000, members: 1_000 } });
  const create = (name: string, limit: number, organization = acme) =>
    limited(limit).createEnvironment.execute({ name }, originIn(organization, root));
  const refused = (limit: number, used: number) => ({ code: 'quota_exceeded', details: [{ limit, used }] });

  it('counts the first ones too; what it refuses is neither stored nor queued', async () => {
    await expect(create('staging', 2)).rejects.toMatchObject(refused(2, 2));

    expect(accounts.uow.tables.environments.size).toBe(2);
    expect(accounts.uow.queued).toEqual([]);
    await expect(create('staging', 3)).resolves.toMatchObject({ name: 'staging' });
  });

  it('is not passed by concurrent creations', async () => {
    const outcomes = await Promise.allSettled(['e1', 'e2', 'e3', 'e4'].map((name) => create(name, 4)));

    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected']);
    expect(outcomes.slice(2)).toMatchObject([{ reason: refused(4, 4) }, { reason: refused(4, 4) }]);
  });

  it('has room again after a deletion, and none by a refused creation', async () => {
    await expect(create('dev', 3)).rejects.toMatchObject({ code: 'already_exists' });
    await create('staging', 3);
    await expect(create('other', 3)).rejects.toMatchObject(refused(3, 3));

    await accounts.useCases().deleteEnvironment.execute({ environment: 'dev' }, originIn(acme, root));

    await expect(create('other', 3)).resolves.toMatchObject({ name: 'other' });
  });

  it('is that of one organization alone', async () => {
    const other = await accounts.organization(root, 'other');
    await create('staging', 3);

    await expect(create('staging', 3, other)).resolves.toMatchObject({ org_id: other.id });
  });

  it('when it was lowered leaves those there are, which can be edited and deleted', async () => {
    const { updateEnvironment, deleteEnvironment } = limited(1);

    const edit = updateEnvironment.execute({ environment: 'dev', position: 7 }, originIn(acme, root));
    await expect(edit).resolves.toMatchObject({ position: 7 });
    await expect(create('staging', 1)).rejects.toMatchObject(refused(1, 2));
    await expect(deleteEnvironment.execute({ environment: 'dev' }, originIn(acme, root))).resolves.toEqual({});
  });
});
