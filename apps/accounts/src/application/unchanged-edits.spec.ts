import { PLATFORM, type Origin } from '#libs/contracts';
import { InMemoryAccounts, originIn } from '../../test/in-memory/world.js';

type UseCases = ReturnType<InMemoryAccounts['useCases']>;
interface Edited {
  readonly version: number;
}
/** An edit with values that are in force already: of a thing, by its use case. */
type Edit = (useCases: UseCases, origin: Origin, userId: string) => Promise<Edited>;

const edits: Readonly<Record<string, Edit>> = {
  'an organization': async ({ listOrganizations, updateOrganization }, origin, user_id) => {
    const { data } = await listOrganizations.execute({ user_id, page: { limit: 50, order: 'asc' } });
    const { name, capture_ip, event_retention_days } = data[0]!;
    return updateOrganization.execute({ name, capture_ip, event_retention_days }, origin);
  },
  'an environment': async ({ getEnvironment, updateEnvironment }, origin) => {
    const { color, protected: isProtected, position } = await getEnvironment.execute({ environment: 'dev' }, origin);
    return updateEnvironment.execute({ environment: 'dev', color, protected: isProtected, position }, origin);
  },
  'a member': async ({ listMembers, updateMember }, origin, user_id) => {
    const { data } = await listMembers.execute({ page: { limit: 50, order: 'asc' } }, origin);
    const { role, permissions } = data.find((member) => member.user_id === user_id)!;
    return updateMember.execute({ user_id, role, permissions: permissions.toReversed() }, origin);
  },
  'a person': async ({ updateUser }, origin, user_id) =>
    updateUser.execute({ user_id, is_super_admin: true }, { ...origin, scope: PLATFORM }),
};

describe('an edit that changes nothing', () => {
  it.each(Object.keys(edits))('of %s makes no version, no fact and no audit entry', async (name) => {
    const accounts = new InMemoryAccounts();
    const root = await accounts.superAdmin();
    const acme = await accounts.organization(root);
    accounts.arranged();

    const { version } = await edits[name]!(accounts.useCases(), originIn(acme, root), root.id);

    expect(version).toBe(1);
    expect(accounts.uow.queued).toEqual([]);
  });
});
