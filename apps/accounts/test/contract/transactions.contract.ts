import { OrganizationUpdatedV1, PLATFORM, systemOrigin } from '#libs/contracts';
import { organizationData } from '../../src/application/organizations/organization-change.js';
import type { Organization } from '../../src/domain/organizations/organization.js';
import { anEnvironment, anOrganization, aUser } from './builders.js';
import { anOrganizationIn, aUserIn, type SubjectOf } from './subject.js';

const failure = new Error('changed my mind');

export function transactionsContract(subject: SubjectOf): void {
  describe('a transaction', () => {
    const updated = (organization: Organization) =>
      OrganizationUpdatedV1.of(systemOrigin(organization.id, 'request'), organizationData(organization));
    const entry = (event: string) => ({ event, action: 'update', resourceType: 'organization', resourceId: 'x' });

    it('queues facts and audit entries in their order, each in the scope of its origin', async () => {
      const organization = await anOrganizationIn(subject());

      await subject().uow.inOrganization(organization.id, async ({ outbox }) => {
        await outbox.add(updated(organization));
        await outbox.audit(systemOrigin(organization.id, 'request'), entry('First'));
        await outbox.add(updated({ ...organization, version: 2 }));
      });
      await subject().uow.acrossOrganizations(({ outbox }) =>
        outbox.audit(systemOrigin(PLATFORM, 'request'), entry('Last')),
      );

      expect(await subject().queued()).toMatchObject([
        { type: 'organization.updated', org_id: organization.id, data: { version: 1 } },
        { type: 'audit.recorded', org_id: organization.id, data: { event: 'First', severity: 'info', before: null } },
        { type: 'organization.updated', org_id: organization.id, data: { version: 2 } },
        { type: 'audit.recorded', org_id: null, data: { event: 'Last', request_id: 'request' } },
      ]);
    });

    it('that fails leaves no row and no fact behind', async () => {
      const organization = await anOrganizationIn(subject());

      const failing = subject().uow.inOrganization(organization.id, async ({ environments, outbox }) => {
        await environments.add(anEnvironment(organization.id));
        await outbox.add(updated(organization));
        throw failure;
      });

      await expect(failing).rejects.toBe(failure);
      expect(await subject().queued()).toEqual([]);
      await subject().uow.inOrganization(organization.id, async ({ environments }) => {
        await expect(environments.nextPosition()).resolves.toBe(1);
      });
    });

    it('that only reads writes nothing', async () => {
      const organization = await anOrganizationIn(subject());

      const writing = subject().uow.readOrganization(organization.id, ({ environments }) =>
        environments.add(anEnvironment(organization.id)),
      );

      await expect(writing).rejects.toThrow();
      await expect(
        subject().uow.readOrganization(organization.id, ({ environments }) => environments.nextPosition()),
      ).resolves.toBe(1);
    });

    it('stores a person and their organization together, or neither', async () => {
      const [organization, user] = [anOrganization(), aUser()];
      const found = (outcome: () => void) =>
        subject().uow.inOrganizationWithPeople(organization.id, async ({ users, organizations }) => {
          await users.add(user);
          await organizations.add(organization);
          outcome();
        });
      const any = () => subject().uow.acrossOrganizations(({ users }) => users.any());

      const failing = found(() => {
        throw failure;
      });
      await expect(failing).rejects.toBe(failure);
      await expect(any()).resolves.toBe(false);

      await found(() => undefined);
      await expect(any()).resolves.toBe(true);
      await expect(
        subject().uow.inOrganization(organization.id, ({ organizations }) => organizations.lock()),
      ).resolves.toEqual(organization);
    });

    it('excludes others that hold the same name', async () => {
      const add = () =>
        subject().uow.acrossOrganizations(async ({ users, exclusively }) => {
          await exclusively('first-admin');
          if (await users.any()) return false;
          await users.add(aUser());
          return true;
        });

      const outcomes = await Promise.all([add(), add(), add()]);

      expect(outcomes.filter(Boolean)).toHaveLength(1);
    });

    it.each(['', 'not an id'])('refuses %j as the id of an organization', async (scope) => {
      await aUserIn(subject());

      await expect(
        subject().uow.inOrganization(scope, ({ organizations }) => organizations.lock()),
      ).rejects.toMatchObject({ code: 'invalid_id' });
    });
  });
}
