import { UUID } from '#libs/contracts';
import type { Transaction } from '#libs/postgres';
import { IsNull } from 'typeorm';
import type { Member } from '../../domain/members/member.js';
import type { MembershipStore } from '../../application/ports/platform-stores.js';
import { MemberRow, toMember } from './member.row.js';

/** In the order of their ids, so that two deletions wait for each other instead of blocking each other. */
const LOCK = `select id from organization where id in (select org_id from member where user_id = $1 and deleted_at is null)
  order by id for update`;
const NAMED = 5;
const ONLY_ADMIN = `select o.slug from member m join organization o on o.id = m.org_id
  where m.user_id = $1 and m.role = 'admin' and m.deleted_at is null and not exists (
    select 1 from member other join app_user u on u.id = other.user_id and u.can_sign_in
    where other.org_id = m.org_id and other.role = 'admin' and other.deleted_at is null and other.user_id <> $1)
  order by o.slug limit ${NAMED}`;

/** Reads as the system role: the memberships of a person lie in many organizations. */
export class PostgresMemberships implements MembershipStore {
  constructor(private readonly tx: Transaction) {}

  async lockAll(userId: string): Promise<readonly Member[]> {
    if (!UUID.test(userId)) return [];
    await this.tx.manager.query(LOCK, [userId]);
    return (await this.tx.manager.findBy(MemberRow, { userId, deletedAt: IsNull() })).map(toMember);
  }

  async onlyAdminOf(userId: string): Promise<readonly string[]> {
    const rows = await this.tx.manager.query<{ readonly slug: string }[]>(ONLY_ADMIN, [userId]);
    return rows.map(({ slug }) => slug);
  }
}
