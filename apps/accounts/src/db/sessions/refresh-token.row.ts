import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { RefreshToken } from '../../domain/sessions/session.js';

@Entity('refresh_token')
export class RefreshTokenRow {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid', { name: 'session_id' }) sessionId!: string;
  @Column('text', { name: 'token_hash' }) tokenHash!: string;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt!: Date;
  @Column('timestamptz', { name: 'expires_at' }) expiresAt!: Date;
  @Column('timestamptz', { name: 'used_at', nullable: true }) usedAt!: Date | null;
  @Column('uuid', { name: 'successor_id', nullable: true }) successorId!: string | null;
}

export function toRefreshToken({ tokenHash: hash, usedAt, successorId, ...row }: RefreshTokenRow): RefreshToken {
  const { id, sessionId, createdAt, expiresAt } = row;
  return {
    id,
    sessionId,
    hash,
    createdAt,
    expiresAt,
    usedAt: usedAt ?? undefined,
    successorId: successorId ?? undefined,
  };
}

export function toRefreshTokenRow({ hash: tokenHash, usedAt, successorId, ...token }: RefreshToken): RefreshTokenRow {
  const updatedAt = usedAt ?? token.createdAt;
  return { ...token, tokenHash, updatedAt, usedAt: usedAt ?? null, successorId: successorId ?? null };
}
