import { Memberships } from '../application/ports.js';
import { onAccountsFact } from './on-membership-changed.js';

class Noting extends Memberships {
  readonly forgotten: unknown[] = [];
  override get(): never {
    throw new Error('not asked for here');
  }
  override forgetMember(orgId: string, userId: string): void {
    this.forgotten.push([orgId, userId]);
  }
  override forgetOrganization(orgId: string): void {
    this.forgotten.push([orgId]);
  }
  override forgetAll(): void {
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

describe('what a fact of accounts makes the gateway forget', () => {
  it.each([
    ['a removed member', { ...envelope, type: 'member.removed', data: member }, ['org-1', 'u-1']],
    ['an updated member', { ...envelope, type: 'member.updated', data: member }, ['org-1', 'u-1']],
    ['a renamed organization', { ...envelope, type: 'organization.updated', data: organization }, ['org-1']],
    ['a fact of a newer kind', { ...envelope, type: 'member.suspended', data: member }, 'all'],
    ['a fact of a newer version', { ...envelope, type: 'member.removed', version: 2, data: {} }, 'all'],
    ['no fact at all', 'hello', 'all'],
  ])('%s', (_what, fact, expected) => {
    const memberships = new Noting();

    onAccountsFact(memberships, JSON.stringify(fact));

    expect(memberships.forgotten).toEqual([expected]);
  });
});
