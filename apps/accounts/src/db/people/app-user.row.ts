import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { User } from '../../domain/people/user.js';

@Entity('app_user')
export class AppUserRow {
  @PrimaryColumn('uuid') id!: string;
  @Column('text') email!: string;
  @Column('text', { name: 'password_hash', nullable: true }) passwordHash!: string | null;
  @Column('boolean', { name: 'is_super_admin' }) isSuperAdmin!: boolean;
  @Column('text', { name: 'invited_by', nullable: true }) invitedBy!: string | null;
  @Column('int') version!: number;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt!: Date;
}

export function toUser({ passwordHash, invitedBy, ...row }: AppUserRow): User {
  return { ...row, passwordHash: passwordHash ?? undefined, invitedBy: invitedBy ?? undefined };
}

export function toUserRow({ passwordHash, invitedBy, ...user }: User): AppUserRow {
  return { ...user, passwordHash: passwordHash ?? null, invitedBy: invitedBy ?? null };
}
