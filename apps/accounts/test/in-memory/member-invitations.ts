import type { Page, PageOf } from '#libs/contracts';
import type { MemberInvitationStore } from '../../src/application/ports/organization-stores.js';
import { isWaiting, type MemberInvitation } from '../../src/domain/invitations/member-invitation.js';
import { pageOfRows } from './rows.js';
import type { InMemoryTransaction } from './tables.js';

export class InMemoryMemberInvitations implements MemberInvitationStore {
  constructor(private readonly tx: InMemoryTransaction) {}

  async list(page: Page, at: Date): Promise<PageOf<MemberInvitation>> {
    const waiting = this.#own().filter((invitation) => isWaiting(invitation, at));
    const scope = { route: 'invitations', org: this.tx.scope };
    return pageOfRows(waiting, page, scope, { listed: (row) => row, view: (row) => row });
  }

  async countWaiting(at: Date): Promise<number> {
    return this.#own().filter((invitation) => isWaiting(invitation, at)).length;
  }

  async find(id: string): Promise<MemberInvitation | undefined> {
    return this.#own().find((invitation) => invitation.id === id);
  }

  async findByEmail(email: string): Promise<MemberInvitation | undefined> {
    return this.#own().find((invitation) => invitation.email.toLowerCase() === email.toLowerCase());
  }

  async findByToken(tokenHash: string): Promise<MemberInvitation | undefined> {
    return this.#own().find((invitation) => invitation.tokenHash === tokenHash);
  }

  async add(invitation: MemberInvitation): Promise<void> {
    this.tx.writable.memberInvitations.set(invitation.id, invitation);
  }

  async accept(id: string, userId: string, at: Date): Promise<void> {
    const invitation = await this.find(id);
    if (invitation === undefined) return;
    this.tx.writable.memberInvitations.set(id, { ...invitation, acceptedBy: userId, updatedAt: at });
  }

  async remove(id: string): Promise<void> {
    if ((await this.find(id)) !== undefined) this.tx.writable.memberInvitations.delete(id);
  }

  #own(): readonly MemberInvitation[] {
    return [...this.tx.tables.memberInvitations.values()].filter(({ orgId }) => orgId === this.tx.scope);
  }
}
