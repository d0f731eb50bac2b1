import { InMemoryAccounts, originIn } from '../../../test/in-memory/world.js';
import type { Organization } from '../../domain/organizations/organization.js';
import type { User } from '../../domain/people/user.js';

describe('CreateEnvironment', () => {
  let accounts: InMemoryAccounts;
  let root: User;
  let acme: Organization;
  beforeEach(async () => {
    accounts = new InMemoryAccounts();
    root = await accounts.superAdmin();
    acme = await accounts.organization(root);
  });
  const create = (command: { name: string; color?: string | null; protected?: boolean }) =>
    accounts.useCases().createEnvironment.execute(command, originIn(acme, root));

  it('adds it in the next position, with one fact and one audit entry', async () => {
    const staging = await create({ name: 'staging', color: '#abcdef' });

    expect(staging).toMatchObject({
      org_id: acme.id,
      name: 'staging',
      color: '#abcdef',
      protected: false,
      position: 3,
    });
    expect(accounts.facts).toMatchObject([
      { type: 'environment.created', org_id: acme.id, environment_id: staging.id, data: { position: 3 } },
    ]);
    expect(accounts.audited).toMatchObject([
      { data: { event: 'EnvironmentCreated', action: 'insert', environment: 'staging', before: null } },
    ]);
  });

  it('gives concurrent creations a position each', async () => {
    const created = await Promise.all(['e1', 'e2', 'e3'].map((name) => create({ name })));

    expect(created.map(({ position }) => position)).toEqual([3, 4, 5]);
  });

  it.each([
    [{ name: 'Staging' }, 'invalid_environment_name'],
    [{ name: 'staging', color: 'red' }, 'invalid_color'],
    [{ name: 'dev' }, 'already_exists'],
  ])('refuses %j and queues nothing', async (command, code) => {
    await expect(create(command)).rejects.toMatchObject({ code });

    expect(accounts.uow.queued).toEqual([]);
  });
});
