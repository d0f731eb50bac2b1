import type { Role, SpecialPermission } from '#libs/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { MemberInvitation } from '../../domain/invitations/member-invitation.js';

@Entity('member_invitation')
export class MemberInvitationRow {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid', { name: 'org_id' }) orgId!: string;
  @Column('text') email!: string;
  @Column('text') role!: Role;
  @Column('text', { array: true }) permissions!: SpecialPermission[];
  @Column('text', { name: 'token_hash' }) tokenHash!: string;
  @Column('text', { name: 'invited_by' }) invitedBy!: string;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt!: Date;
  @Column('timestamptz', { name: 'expires_at' }) expiresAt!: Date;
  @Column('uuid', { name: 'accepted_by', nullable: true }) acceptedBy!: string | null;
  @Column('timestamptz', { name: 'accepted_at', nullable: true }) acceptedAt!: Date | null;
}

export function toMemberInvitation({ acceptedBy, acceptedAt: _at, ...row }: MemberInvitationRow): MemberInvitation {
  return { ...row, acceptedBy: acceptedBy ?? undefined };
}
