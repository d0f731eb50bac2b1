import { onAccountsFact, type KnownPeople } from './on-membership-changed.js';

/** Records what is forgotten. */
function recording() {
  const forgotten: unknown[] = [];
  const known: KnownPeople = {
    memberships: {
      forgetMember: (orgId, userId) => void forgotten.push(['member', orgId, userId]),
      forgetPerson: (userId) => void forgotten.push(['memberships', userId]),
      forgetOrganization: (orgId) => void forgotten.push(['organization', orgId]),
      forgetAll: () => void forgotten.push('all memberships'),
    },
    users: {
      forget: (userId) => void forgotten.push(['user', userId]),
      forgetAll: () => void forgotten.push('all users'),
    },
    onChange: () => void forgotten.push('changed'),
  };
  return { forgotten, known };
}

const envelope = {
  id: '1',
  version: 1,
  timestamp: '2026-01-01T00:00:00.000Z',
  org_id: 'org-1',
  actor: { type: 'system', id: 'loom' },
  metadata: { correlation_id: 'r', source: 'accounts' },
};
const member = { user_id: 'u-1', role: 'admin', permissions: [] };
const organization = { org_id: 'org-1', slug: 'acme', name: 'Acme', version: 2 };
const user = { user_id: 'u-1', is_super_admin: false, can_sign_in: true };
const all = ['all memberships', 'all users'];
const ofPlatform = { ...envelope, org_id: null };

describe('onAccountsFact', () => {
  it.each([
    ['a removed member', { ...envelope, type: 'member.removed', data: member }, [['member', 'org-1', 'u-1']]],
    ['an updated member', { ...envelope, type: 'member.updated', data: member }, [['member', 'org-1', 'u-1']]],
    [
      'a renamed organization',
      { ...envelope, type: 'organization.updated', data: organization },
      [['organization', 'org-1']],
    ],
    [
      'a demoted super admin',
      { ...ofPlatform, type: 'user.updated', data: user },
      [
        ['user', 'u-1'],
        ['memberships', 'u-1'],
      ],
    ],
    [
      'a deleted person',
      { ...ofPlatform, type: 'user.deleted', data: { user_id: 'u-1' } },
      [
        ['user', 'u-1'],
        ['memberships', 'u-1'],
      ],
    ],
    ['everything after a fact of an unknown type', { ...envelope, type: 'member.suspended', data: member }, all],
    [
      'everything after a fact of an unknown version',
      { ...envelope, type: 'member.removed', version: 2, data: {} },
      all,
    ],
    ['everything after a message that is no fact', 'hello', all],
  ])('forgets %s, then reports a change', (_what, fact, expected) => {
    const { forgotten, known } = recording();

    onAccountsFact(known, JSON.stringify(fact));

    expect(forgotten).toEqual([...expected, 'changed']);
  });
});
