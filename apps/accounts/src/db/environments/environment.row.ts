import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Environment } from '../../domain/environments/environment.js';

@Entity('environment')
export class EnvironmentRow {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid', { name: 'org_id' }) orgId!: string;
  @Column('text') name!: string;
  @Column('text', { nullable: true }) color!: string | null;
  @Column('boolean', { name: 'protected' }) protected!: boolean;
  @Column('int') position!: number;
  @Column('int') version!: number;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt!: Date;
  @Column('timestamptz', { name: 'deleted_at', nullable: true }) deletedAt!: Date | null;
}

export function toEnvironment({ deletedAt: _, color, ...row }: EnvironmentRow): Environment {
  return { ...row, color: color ?? undefined };
}
