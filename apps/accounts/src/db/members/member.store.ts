import { AppError } from '#libs/kernel';
import { UUID } from '#libs/contracts';
import { isUniqueViolation, type Transaction } from '#libs/postgres';
import { IsNull, type FindOptionsWhere } from 'typeorm';
import type { Member } from '../../domain/members/member.js';
import { MemberRow, toMember } from './member.row.js';
import type { MemberStore } from '../../application/ports/organization-stores.js';

/** The app role may read only these two columns of people. */
const OTHER_ADMINS = `select count(*)::int as n from member m join app_user u on u.id = m.user_id and u.can_sign_in
  where m.org_id = $1 and m.deleted_at is null and m.role = 'admin' and m.user_id <> $2`;

export class PostgresMembers implements MemberStore {
  constructor(private readonly tx: Transaction) {}

  async add(member: Member): Promise<void> {
    try {
      await this.tx.manager.insert(MemberRow, { ...member, permissions: [...member.permissions] });
    } catch (error) {
      if (isUniqueViolation(error, 'member_live'))
        throw new AppError('already_exists', 'This person is a member already');
      throw error;
    }
  }

  async lock(userId: string): Promise<Member> {
    const where = { ...this.#live(), userId };
    const lock = { mode: 'pessimistic_write' } as const;
    const row = UUID.test(userId) ? await this.tx.manager.findOne(MemberRow, { where, lock }) : null;
    if (row === null) throw new AppError('not_found', 'There is no such member');
    return toMember(row);
  }

  async find(userId: string): Promise<Member | undefined> {
    const row = UUID.test(userId) ? await this.tx.manager.findOneBy(MemberRow, { ...this.#live(), userId }) : null;
    return row === null ? undefined : toMember(row);
  }

  count(): Promise<number> {
    return this.tx.manager.countBy(MemberRow, this.#live());
  }

  async otherAdmins(userId: string): Promise<number> {
    const [row] = await this.tx.manager.query<[{ readonly n: number }]>(OTHER_ADMINS, [this.tx.scope, userId]);
    return row.n;
  }

  save({ id, role, permissions, version, updatedAt }: Member): Promise<void> {
    return this.#update(id, version - 1, { role, permissions: [...permissions], version, updatedAt });
  }

  remove({ id, version }: Member, at: Date): Promise<void> {
    return this.#update(id, version, { version: version + 1, deletedAt: at, updatedAt: at });
  }

  async #update(id: string, version: number, values: Partial<MemberRow>): Promise<void> {
    const { affected } = await this.tx.manager.update(MemberRow, { ...this.#live(), id, version }, values);
    if (affected !== 1) throw new AppError('version_conflict', 'The member changed meanwhile: read it again');
  }

  #live(): FindOptionsWhere<MemberRow> {
    return { orgId: this.tx.scope, deletedAt: IsNull() };
  }
}
