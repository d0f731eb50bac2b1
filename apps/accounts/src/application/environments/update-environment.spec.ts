import { InMemoryAccounts, originIn } from '../../../test/in-memory/world.js';
import type { Organization } from '../../domain/organizations/organization.js';
import type { User } from '../../domain/people/user.js';

describe('UpdateEnvironment', () => {
  let accounts: InMemoryAccounts;
  let root: User;
  let acme: Organization;
  beforeEach(async () => {
    accounts = new InMemoryAccounts();
    root = await accounts.superAdmin();
    acme = await accounts.organization(root);
  });
  const update = (command: object, organization = acme) =>
    accounts.useCases().updateEnvironment.execute({ environment: 'dev', ...command }, originIn(organization, root));

  it('changes everything except the name, with a new version, one fact and one audit entry', async () => {
    const command = { color: null, protected: true, position: 9, if_version: 1, name: 'other' };

    const changed = await update(command);

    expect(changed).toMatchObject({ name: 'dev', color: null, protected: true, position: 9, version: 2 });
    expect(accounts.facts).toMatchObject([
      { type: 'environment.updated', environment_id: changed.id, data: { protected: true, position: 9, version: 2 } },
    ]);
    expect(accounts.audited).toMatchObject([
      { data: { event: 'EnvironmentUpdated', environment: 'dev', before: { version: 1 }, after: { version: 2 } } },
    ]);
  });

  it.each([
    [{ color: 'red' }, 'invalid_color'],
    [{ position: 0 }, 'invalid_type'],
    [{ environment: 'nothing' }, 'not_found'],
    [{ if_version: 7 }, 'version_conflict'],
  ])('refuses %j and queues nothing', async (command, code) => {
    await expect(update(command)).rejects.toMatchObject({ code });

    expect(accounts.uow.queued).toEqual([]);
  });

  it('does not find the environment of another organization', async () => {
    const other = await accounts.organization(root, 'other');
    const { id } = await accounts.useCases().getEnvironment.execute({ environment: 'dev' }, originIn(acme, root));

    await expect(update({ environment: id }, other)).rejects.toMatchObject({ code: 'not_found' });
  });
});
