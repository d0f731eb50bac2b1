import type { MembershipStore } from '../../src/application/ports/platform-stores.js';
import type { Member } from '../../src/domain/members/member.js';
import { canSignIn } from '../../src/domain/people/user.js';
import { liveRows } from './organization-stores.js';
import type { InMemoryTransaction } from './tables.js';

export class InMemoryMemberships implements MembershipStore {
  constructor(private readonly tx: InMemoryTransaction) {}

  async lockAll(userId: string): Promise<readonly Member[]> {
    return liveRows(this.tx.tables.members).filter((member) => member.userId === userId);
  }

  async onlyAdminOf(userId: string): Promise<readonly string[]> {
    const { users, organizations } = this.tx.tables;
    const admins = liveRows(this.tx.tables.members).filter(({ role }) => role === 'admin');
    const replaced = (orgId: string) =>
      admins.some((one) => one.orgId === orgId && one.userId !== userId && canSignIn(users.get(one.userId)!));
    const own = admins.filter((admin) => admin.userId === userId && !replaced(admin.orgId));
    return own
      .map(({ orgId }) => organizations.get(orgId)!.slug)
      .toSorted()
      .slice(0, 5);
  }
}
