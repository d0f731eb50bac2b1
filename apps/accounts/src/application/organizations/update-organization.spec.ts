import { InMemoryAccounts, originIn } from '../../../test/in-memory/world.js';
import type { Organization } from '../../domain/organizations/organization.js';
import type { User } from '../../domain/people/user.js';

describe('UpdateOrganization', () => {
  let accounts: InMemoryAccounts;
  let root: User;
  let acme: Organization;
  beforeEach(async () => {
    accounts = new InMemoryAccounts();
    root = await accounts.superAdmin();
    acme = await accounts.organization(root);
  });
  const update = (command: object) => accounts.useCases().updateOrganization.execute(command, originIn(acme, root));

  it('renames it with a new version, one fact and one audit entry', async () => {
    const after = await update({ name: 'New name', if_version: 1 });

    expect(after).toMatchObject({ id: acme.id, slug: 'acme', name: 'New name', version: 2 });
    expect(accounts.facts).toMatchObject([{ type: 'organization.updated', data: { name: 'New name', version: 2 } }]);
    expect(accounts.audited).toMatchObject([
      { data: { event: 'OrganizationUpdated', before: { name: 'acme' }, after: { name: 'New name', version: 2 } } },
    ]);
  });

  it('changes what happens to events, and leaves absent fields as they are', async () => {
    const settings = { capture_ip: true, event_retention_days: 30 };

    await expect(update(settings)).resolves.toMatchObject({ name: 'acme', ...settings });

    expect(accounts.facts).toMatchObject([{ data: settings }]);
  });

  it.each([
    [{ name: ' ' }, 'invalid_name'],
    [{ event_retention_days: 0 }, 'invalid_type'],
    [{ event_retention_days: 3_651 }, 'invalid_type'],
    [{ event_retention_days: 1.5 }, 'invalid_type'],
    [{ name: 'x', if_version: 7 }, 'version_conflict'],
  ])('refuses %j and queues nothing', async (command, code) => {
    await expect(update(command)).rejects.toMatchObject({ code });

    expect(accounts.uow.queued).toEqual([]);
  });

  it('lets concurrent writers win one after the other, and of those that know the version one', async () => {
    await Promise.all(['a', 'b', 'c'].map((name) => update({ name })));

    const informed = await Promise.allSettled(['d', 'e'].map((name) => update({ name, if_version: 4 })));

    expect(informed.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    await expect(update({ name: 'late', if_version: 2 })).rejects.toMatchObject({ details: [{ current_version: 5 }] });
  });
});
