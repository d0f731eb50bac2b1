import { AppError } from '#libs/kernel';
import { UUID } from '#libs/contracts';
import { isUniqueViolation, type Transaction } from '#libs/postgres';
import { IsNull, Not, type FindOptionsWhere } from 'typeorm';
import type { Member } from '../../domain/members/member.js';
import { MemberRow, toMember } from './member.row.js';
import type { MemberStore } from '../../application/ports/organization-stores.js';

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

  otherAdmins(userId: string): Promise<number> {
    return this.tx.manager.countBy(MemberRow, { ...this.#live(), role: 'admin', userId: Not(userId) });
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
