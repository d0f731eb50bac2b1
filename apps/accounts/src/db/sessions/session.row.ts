import type { ClientType } from '#libs/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Session } from '../../domain/sessions/session.js';

@Entity('session')
export class SessionRow {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid', { name: 'user_id' }) userId!: string;
  @Column('text', { name: 'client_type' }) clientType!: ClientType;
  @Column('text', { nullable: true }) scope!: string | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt!: Date;
  @Column('timestamptz', { name: 'ended_at', nullable: true }) endedAt!: Date | null;
}

export function toSession({ id, userId, clientType, scope, createdAt, endedAt }: SessionRow): Session {
  return { id, userId, clientType, scope: scope ?? undefined, createdAt, endedAt: endedAt ?? undefined };
}
