import type { ClientType } from '#libs/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Session, SessionUse } from '../../domain/sessions/session.js';

@Entity('session')
export class SessionRow {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid', { name: 'user_id' }) userId!: string;
  @Column('text', { name: 'client_type' }) clientType!: ClientType;
  @Column('text', { nullable: true }) scope!: string | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt!: Date;
  @Column('timestamptz', { name: 'ended_at', nullable: true }) endedAt!: Date | null;
  @Column('timestamptz', { name: 'used_at', nullable: true }) usedAt!: Date | null;
  @Column('text', { nullable: true }) address!: string | null;
  @Column('text', { name: 'user_agent', nullable: true }) userAgent!: string | null;
}

export function toSession({ id, userId, clientType, scope, createdAt, endedAt, ...row }: SessionRow): Session {
  const session = { id, userId, clientType, scope: scope ?? undefined, createdAt, endedAt: endedAt ?? undefined };
  const { usedAt: at, address, userAgent } = row;
  const lastUse = at === null ? undefined : { at, address: address ?? undefined, userAgent: userAgent ?? undefined };
  return { ...session, lastUse };
}

export function toSessionRow({ scope, endedAt, lastUse, ...session }: Session): SessionRow {
  const updatedAt = endedAt ?? lastUse?.at ?? session.createdAt;
  return { ...session, updatedAt, scope: scope ?? null, endedAt: endedAt ?? null, ...useColumns(lastUse) };
}

/** The columns of the last use. */
export function useColumns(use: SessionUse | undefined): Pick<SessionRow, 'usedAt' | 'address' | 'userAgent'> {
  return { usedAt: use?.at ?? null, address: use?.address ?? null, userAgent: use?.userAgent ?? null };
}
