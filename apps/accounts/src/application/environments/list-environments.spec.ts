import { InMemoryAccounts, originIn } from '../../../test/in-memory/world.js';
import type { Organization } from '../../domain/organizations/organization.js';
import type { User } from '../../domain/people/user.js';

describe('environments', () => {
  let accounts: InMemoryAccounts;
  let root: User;
  let acme: Organization;
  let other: Organization;
  beforeEach(async () => {
    accounts = new InMemoryAccounts();
    root = await accounts.superAdmin();
    [acme, other] = [await accounts.organization(root), await accounts.organization(root, 'other')];
  });
  const create = (name: string) => accounts.useCases().createEnvironment.execute({ name }, originIn(acme, root));
  const remove = (environment: string) =>
    accounts.useCases().deleteEnvironment.execute({ environment }, originIn(acme, root));
  const get = (environment: string, organization = acme) =>
    accounts.useCases().getEnvironment.execute({ environment }, originIn(organization, root));
  const list = (page: { limit?: number; cursor?: string } = {}, organization = acme) =>
    accounts
      .useCases()
      .listEnvironments.execute({ page: { limit: 50, order: 'asc', ...page } }, originIn(organization, root));

  it('are found by name and by id, in their organization alone', async () => {
    const staging = await create('staging');

    await expect(get('staging')).resolves.toEqual(staging);
    await expect(get(staging.id)).resolves.toEqual(staging);
    await expect(get(staging.id, other)).rejects.toMatchObject({ code: 'not_found' });
    await expect(get('staging', other)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('of the same name in two organizations are two', async () => {
    const [ours, theirs] = [await get('dev'), await get('dev', other)];

    expect([ours.org_id, theirs.org_id]).toEqual([acme.id, other.id]);
    expect(ours.id).not.toBe(theirs.id);
  });

  it('that were deleted are found and listed no more; one of the same name has another id', async () => {
    const before = await get('dev');
    await remove('dev');
    await expect(get(before.id)).rejects.toMatchObject({ code: 'not_found' });
    expect((await list()).data.map(({ name }) => name)).toEqual(['prod']);

    accounts.clock.advance(1_000);
    const after = await create('dev');

    expect(after.id).not.toBe(before.id);
    await expect(get('dev')).resolves.toEqual(after);
    await expect(get(before.id)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('are listed in pages, the oldest first, each once; the cursor belongs to the organization', async () => {
    accounts.clock.advance(1_000);
    await create('staging');
    const first = await list({ limit: 2 });
    const second = await list({ limit: 2, cursor: first.next_cursor! });

    expect([first.has_more, second.has_more]).toEqual([true, false]);
    expect(second.next_cursor).toBeNull();
    expect([...first.data, ...second.data].map(({ name }) => name)).toEqual(['dev', 'prod', 'staging']);
    const foreign = list({ cursor: first.next_cursor! }, other);
    await expect(foreign).rejects.toMatchObject({ code: 'invalid_cursor' });
  });

  it('keep a position that can be written back, however far the last one was put', async () => {
    const { updateEnvironment } = accounts.useCases();
    await updateEnvironment.execute({ environment: 'prod', position: 10_000 }, originIn(acme, root));

    const { position } = await create('staging');

    expect(position).toBe(10_000);
    const same = updateEnvironment.execute({ environment: 'staging', position }, originIn(acme, root));
    await expect(same).resolves.toMatchObject({ position, version: 1 });
  });
});
