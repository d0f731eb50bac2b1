import type { Transaction } from '#libs/platform';
import type { MemberStore } from '../application/ports.js';
import type { Member } from '../domain/member.js';
import { MemberRow } from './member.row.js';

export class PostgresMembers implements MemberStore {
  constructor(private readonly tx: Transaction) {}

  async add(member: Member): Promise<void> {
    await this.tx.manager.insert(MemberRow, { ...member, permissions: [...member.permissions] });
  }
}
