import type { OrganizationStores } from '../../src/application/ports/unit-of-work.js';
import { anEnvironment, anOrganization, day, next, UNKNOWN } from './builders.js';
import { anOrganizationIn, type SubjectOf } from './subject.js';

export function organizationsContract(subject: SubjectOf): void {
  describe('an organization', () => {
    it('is found under its id alone', async () => {
      const organization = await anOrganizationIn(subject());

      await expect(lock(organization.id)).resolves.toEqual(organization);
      await expect(lock(UNKNOWN)).rejects.toMatchObject({ code: 'not_found' });
    });

    it('has a slug of its own', async () => {
      const { slug } = await anOrganizationIn(subject());

      await expect(anOrganizationIn(subject(), { slug })).rejects.toMatchObject({
        code: 'already_exists',
        details: [{ field: 'slug' }],
      });
    });

    it('is saved when the version before is stored, and keeps its slug', async () => {
      const before = await anOrganizationIn(subject());
      const after = next(before, { name: 'Renamed', captureIp: true, updatedAt: day(2) });

      await save({ ...after, slug: 'ignored' });

      await expect(lock(before.id)).resolves.toEqual(after);
      await expect(save(after)).rejects.toMatchObject({ code: 'version_conflict' });
    });

    it('cannot be added in the scope of another one', async () => {
      const { id } = await anOrganizationIn(subject());

      const adding = subject().uow.inOrganization(id, ({ organizations }) => organizations.add(anOrganization()));

      await expect(adding).rejects.toThrow();
    });

    const lock = (id: string) => subject().uow.inOrganization(id, ({ organizations }) => organizations.lock());
    const save = (organization: ReturnType<typeof anOrganization>) =>
      subject().uow.inOrganization(organization.id, ({ organizations }) => organizations.save(organization));
  });
}

export function environmentsContract(subject: SubjectOf): void {
  describe('an environment', () => {
    let org: string;
    beforeEach(async () => {
      org = (await anOrganizationIn(subject())).id;
    });
    const within = <T>(work: (stores: OrganizationStores) => Promise<T>, orgId = org) =>
      subject().uow.inOrganization(orgId, work);
    const added = async (changes = {}) => {
      const environment = anEnvironment(org, changes);
      await within(({ environments }) => environments.add(environment));
      return environment;
    };

    it('is found by name and by id', async () => {
      const dev = await added();

      await expect(within(({ environments }) => environments.get('dev'))).resolves.toEqual(dev);
      await expect(within(({ environments }) => environments.lock(dev.id, 'write'))).resolves.toEqual(dev);
      for (const text of ['prod', UNKNOWN, '', 'No Name', 'a\u0000']) {
        await expect(within(({ environments }) => environments.get(text))).rejects.toMatchObject({ code: 'not_found' });
        await expect(within(({ environments }) => environments.lock(text, 'keep'))).rejects.toMatchObject({
          code: 'not_found',
        });
      }
    });

    it('does not exist for another organization, which may use its name', async () => {
      const dev = await added();
      const other = (await anOrganizationIn(subject())).id;

      await within(({ environments }) => environments.add(anEnvironment(other)), other);

      await expect(within(({ environments }) => environments.get(dev.id), other)).rejects.toMatchObject({
        code: 'not_found',
      });
      await expect(within(({ environments }) => environments.save(next(dev)), other)).rejects.toMatchObject({
        code: 'version_conflict',
      });
      await expect(within(({ environments }) => environments.add(anEnvironment(org)), other)).rejects.toThrow();
    });

    it('has a name of its own until it is deleted', async () => {
      const dev = await added();
      await expect(added()).rejects.toMatchObject({ code: 'already_exists', details: [{ field: 'name' }] });

      await within(({ environments }) => environments.remove(next(dev, { updatedAt: day(2) })));

      const again = await added();
      await expect(within(({ environments }) => environments.get('dev'))).resolves.toEqual(again);
      await expect(within(({ environments }) => environments.get(dev.id))).rejects.toMatchObject({ code: 'not_found' });
    });

    it('is saved and deleted when the version before is stored', async () => {
      const dev = await added();
      const changed = next(dev, { color: undefined, position: 7, updatedAt: day(2) });
      await within(({ environments }) => environments.save(changed));

      await expect(within(({ environments }) => environments.get('dev'))).resolves.toEqual(changed);
      for (const stale of [next(dev), next(next(changed))]) {
        await expect(within(({ environments }) => environments.save(stale))).rejects.toMatchObject({
          code: 'version_conflict',
        });
        await expect(within(({ environments }) => environments.remove(stale))).rejects.toMatchObject({
          code: 'version_conflict',
        });
      }
    });

    it('gets the position after the last live one', async () => {
      const position = () => within(({ environments }) => environments.nextPosition());
      await expect(position()).resolves.toBe(1);
      await added({ position: 4 });
      const last = await added({ name: 'prod', position: 9 });
      await expect(position()).resolves.toBe(10);

      await within(({ environments }) => environments.remove(next(last)));

      await expect(position()).resolves.toBe(5);
    });

    it.each(['asc', 'desc'] as const)('is listed once, in pages, %s, without the deleted ones', async (order) => {
      const names = ['e1', 'e2', 'e3', 'e4', 'e5'];
      for (const [i, name] of names.entries()) await added({ name, createdAt: day(1 + Math.floor(i / 2)) });
      const gone = await added({ name: 'gone' });
      await within(({ environments }) => environments.remove(next(gone)));

      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await within(({ environments }) => environments.list({ limit: 2, order, cursor }));
        seen.push(...page.data.map(({ name }) => name));
        cursor = page.next_cursor ?? undefined;
        expect(page.has_more).toBe(cursor !== undefined);
      } while (cursor !== undefined);

      expect(seen).toEqual(order === 'asc' ? names : names.toReversed());
    });

    it('is not listed by the cursor of another organization, or with a limit out of range', async () => {
      await added();
      await added({ name: 'prod' });
      const other = (await anOrganizationIn(subject())).id;
      const list = (cursor: string | undefined, limit = 1, orgId = org) =>
        within(({ environments }) => environments.list({ limit, order: 'asc', cursor }), orgId);
      const { next_cursor } = await list(undefined);

      await expect(list(next_cursor!, 1, other)).rejects.toMatchObject({ code: 'invalid_cursor' });
      await expect(list('nonsense')).rejects.toMatchObject({ code: 'invalid_cursor' });
      await expect(list(undefined, 201)).rejects.toMatchObject({ code: 'invalid_limit' });
    });
  });
}
