import type { Role, SpecialPermission } from '#libs/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Member } from '../../domain/members/member.js';

@Entity('member')
export class MemberRow {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid', { name: 'org_id' }) orgId!: string;
  @Column('uuid', { name: 'user_id' }) userId!: string;
  @Column('text') role!: Role;
  @Column('text', { array: true }) permissions!: SpecialPermission[];
  @Column('text', { name: 'invited_as', nullable: true }) invitedAs!: string | null;
  @Column('int') version!: number;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt!: Date;
  @Column('timestamptz', { name: 'deleted_at', nullable: true }) deletedAt!: Date | null;
}

export function toMember({ deletedAt: _, invitedAs, ...row }: MemberRow): Member {
  return { ...row, invitedAs: invitedAs ?? undefined };
}
