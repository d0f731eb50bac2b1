import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { User } from '../../domain/people/user.js';

@Entity('app_user')
export class AppUserRow {
  @PrimaryColumn('uuid') id!: string;
  @Column('text') email!: string;
  @Column('text', { name: 'password_hash', nullable: true }) passwordHash!: string | null;
  @Column('boolean', { name: 'is_super_admin' }) isSuperAdmin!: boolean;
  @Column('text', { name: 'invited_by', nullable: true }) invitedBy!: string | null;
  @Column('timestamptz', { name: 'locked_at', nullable: true }) lockedAt!: Date | null;
  @Column('int') version!: number;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt!: Date;
}

export function toUser({ passwordHash, invitedBy, lockedAt, ...row }: AppUserRow): User {
  const optional = { invitedBy: invitedBy ?? undefined, lockedAt: lockedAt ?? undefined };
  return { ...row, passwordHash: passwordHash ?? undefined, ...optional };
}

export function toUserRow({ passwordHash, invitedBy, lockedAt, ...user }: User): AppUserRow {
  const optional = { invitedBy: invitedBy ?? null, lockedAt: lockedAt ?? null };
  return { ...user, passwordHash: passwordHash ?? null, ...optional };
}
