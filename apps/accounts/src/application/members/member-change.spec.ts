import { aMember, anOrganization, aUser } from '../../../test/contract/builders.js';
import { originIn } from '../../../test/in-memory/world.js';
import { memberAdded, memberRemoved, memberUpdated } from './member-change.js';

const acme = anOrganization();
const user = aUser();
const origin = originIn(acme, aUser());
const invitedAs = 'secret@loom.localhost';
const before = aMember(acme.id, user.id, { invitedAs, permissions: ['data:export_pii'] });
const after = { ...before, role: 'admin', permissions: [], version: 2 } as const;

describe('a change of a member', () => {
  it.each([
    ['member.added', memberAdded(origin, before), { role: 'member', permissions: ['data:export_pii'] }],
    ['member.updated', memberUpdated(origin, before, after), { role: 'admin', permissions: [] }],
    ['member.removed', memberRemoved(origin, before), { role: 'member', permissions: ['data:export_pii'] }],
  ])('is the fact %s with the rights that count', (type, { fact }, rights) => {
    expect(fact).toMatchObject({ type, scope: acme.id, data: { user_id: user.id, ...rights } });
  });

  it.each([
    ['MemberAdded', memberAdded(origin, before), [undefined, 1]],
    ['MemberUpdated', memberUpdated(origin, before, after), [1, 2]],
    ['MemberRemoved', memberRemoved(origin, before), [1, undefined]],
  ])('is audited as %s under the id of the person', (event, { audit }, versions) => {
    expect(audit).toMatchObject({ event, resourceType: 'member', resourceId: user.id });
    const versionIn = (snapshot: unknown) => (snapshot as { version: number } | undefined)?.version;
    expect([versionIn(audit.before), versionIn(audit.after)]).toEqual(versions);
  });

  it('shows no address, neither of the account nor of the invitation', () => {
    const all = [memberAdded(origin, before), memberUpdated(origin, before, after), memberRemoved(origin, before)];

    for (const { fact, audit } of all) {
      expect(JSON.stringify([fact.data, audit])).not.toMatch(/secret@|invited/);
      expect(JSON.stringify([fact.data, audit])).not.toContain(user.email);
    }
  });
});
