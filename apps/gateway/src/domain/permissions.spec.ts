import { aMembership } from '../../test/builders.js';
import { covers, fulfils, may } from './permissions.js';

const people = {
  member: aMembership({ role: 'member' }),
  'member with killswitch:activate': aMembership({ role: 'member', permissions: ['killswitch:activate'] }),
  admin: aMembership({ role: 'admin' }),
  'admin with killswitch:activate': aMembership({ role: 'admin', permissions: ['killswitch:activate'] }),
  'admin with admin:force_delete': aMembership({ role: 'admin', permissions: ['admin:force_delete'] }),
  'member with admin:force_delete': aMembership({ role: 'member', permissions: ['admin:force_delete'] }),
  'super admin': aMembership({ role: null, isSuperAdmin: true }),
  'super admin with a membership': aMembership({ role: 'member', isSuperAdmin: true }),
};
const everyPerson = Object.keys(people);
const adminsOfBoth = everyPerson.filter((name) => !name.startsWith('member'));

describe('the table of permissions', () => {
  it.each([
    ['read', everyPerson],
    ['tryOut', everyPerson],
    ['editObjects', everyPerson.filter((name) => name.startsWith('admin'))],
    ['deleteForGood', ['admin with admin:force_delete', 'super admin', 'super admin with a membership']],
    ['throwKillSwitches', ['member with killswitch:activate', 'admin with killswitch:activate']],
    ['manageKeys', adminsOfBoth],
    ['manageOrganization', adminsOfBoth],
    ['queryEvents', everyPerson],
    ['readAudit', adminsOfBoth],
  ] as const)('%s: %j', (action, allowed) => {
    expect(
      Object.entries(people)
        .filter(([, person]) => fulfils(person, may[action]))
        .map(([name]) => name),
    ).toEqual(allowed);
  });

  it('has these actions and no other', () => {
    expect(Object.keys(may)).toHaveLength(10);
    expect(may.runPlatform).toEqual({ in: 'platform' });
  });
});

describe('the scope of a token', () => {
  it.each([
    [undefined, 'write', true],
    ['read write', 'write', true],
    ['read', 'read', true],
    ['read', 'write', false],
    ['', 'read', false],
    ['readwrite', 'read', false],
  ] as const)('%j covers %s: %s', (scope, needed, expected) => {
    expect(covers(scope, needed)).toBe(expected);
  });
});
