import type { Memberships } from '../application/access/ports.js';
import { onAccountsFact } from './on-membership-changed.js';

class RecordingMemberships implements Memberships {
  readonly forgotten: unknown[] = [];
  get(): never {
    throw new Error('not expected in this test');
  }
  forgetMember(orgId: string, userId: string): void {
    this.forgotten.push([orgId, userId]);
  }
  forgetOrganization(orgId: string): void {
    this.forgotten.push([orgId]);
  }
  forgetAll(): void {
    this.forgotten.push('all');
  }
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

describe('onAccountsFact', () => {
  it.each([
    ['forgets a removed member', { ...envelope, type: 'member.removed', data: member }, ['org-1', 'u-1']],
    ['forgets an updated member', { ...envelope, type: 'member.updated', data: member }, ['org-1', 'u-1']],
    ['forgets a renamed organization', { ...envelope, type: 'organization.updated', data: organization }, ['org-1']],
    ['forgets all after a fact of an unknown type', { ...envelope, type: 'member.suspended', data: member }, 'all'],
    [
      'forgets all after a fact of an unknown version',
      { ...envelope, type: 'member.removed', version: 2, data: {} },
      'all',
    ],
    ['forgets all after a message that is no fact', 'hello', 'all'],
  ])('%s', (_what, fact, expected) => {
    const memberships = new RecordingMemberships();

    onAccountsFact(memberships, JSON.stringify(fact));

    expect(memberships.forgotten).toEqual([expected]);
  });
});
