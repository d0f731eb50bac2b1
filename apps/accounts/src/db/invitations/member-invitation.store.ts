import { UUID, type Page, type PageOf } from '#libs/contracts';
import type { Transaction } from '#libs/postgres';
import { IsNull, MoreThan, type FindOptionsWhere } from 'typeorm';
import type { MemberInvitation } from '../../domain/invitations/member-invitation.js';
import type { MemberInvitationStore } from '../../application/ports/organization-stores.js';
import { pageOfQuery } from '../page-of-query.js';
import { MemberInvitationRow, toMemberInvitation } from './member-invitation.row.js';

export class PostgresMemberInvitations implements MemberInvitationStore {
  constructor(private readonly tx: Transaction) {}

  list(page: Page, at: Date): Promise<PageOf<MemberInvitation>> {
    const query = this.tx.manager
      .createQueryBuilder(MemberInvitationRow, 'item')
      .where('item.orgId = :org and item.acceptedBy is null and item.expiresAt > :at', { org: this.tx.scope, at });
    return pageOfQuery(query, page, { route: 'invitations', org: this.tx.scope }, toMemberInvitation);
  }

  countWaiting(at: Date): Promise<number> {
    const waiting = { orgId: this.tx.scope, acceptedBy: IsNull(), expiresAt: MoreThan(at) };
    return this.tx.manager.countBy(MemberInvitationRow, waiting);
  }

  async find(id: string): Promise<MemberInvitation | undefined> {
    return UUID.test(id) ? this.#one({ id }) : undefined;
  }

  async findByEmail(email: string): Promise<MemberInvitation | undefined> {
    const row = await this.tx.manager
      .createQueryBuilder(MemberInvitationRow, 'item')
      .where('item.orgId = :org and lower(item.email) = lower(:email)', { org: this.tx.scope, email })
      .getOne();
    return row === null ? undefined : toMemberInvitation(row);
  }

  findByToken(tokenHash: string): Promise<MemberInvitation | undefined> {
    return this.#one({ tokenHash });
  }

  async add({ acceptedBy, permissions, ...invitation }: MemberInvitation): Promise<void> {
    const row = { ...invitation, permissions: [...permissions], acceptedBy: acceptedBy ?? null };
    await this.tx.manager.insert(MemberInvitationRow, row);
  }

  async accept(id: string, userId: string, at: Date): Promise<void> {
    const accepted = { acceptedBy: userId, acceptedAt: at, updatedAt: at };
    await this.tx.manager.update(MemberInvitationRow, { id, orgId: this.tx.scope }, accepted);
  }

  async remove(id: string): Promise<void> {
    await this.tx.manager.delete(MemberInvitationRow, { id, orgId: this.tx.scope });
  }

  async #one(where: FindOptionsWhere<MemberInvitationRow>): Promise<MemberInvitation | undefined> {
    const row = await this.tx.manager.findOneBy(MemberInvitationRow, { ...where, orgId: this.tx.scope });
    return row === null ? undefined : toMemberInvitation(row);
  }
}
