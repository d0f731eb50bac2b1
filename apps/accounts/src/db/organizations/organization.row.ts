import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Organization } from '../../domain/organizations/organization.js';

@Entity('organization')
export class OrganizationRow {
  @PrimaryColumn('uuid') id!: string;
  /** Always equal to the id: row-level security compares this column in every table. */
  @Column('uuid', { name: 'org_id' }) orgId!: string;
  @Column('text') slug!: string;
  @Column('text') name!: string;
  @Column('boolean', { name: 'capture_ip' }) captureIp!: boolean;
  @Column('int', { name: 'event_retention_days' }) eventRetentionDays!: number;
  @Column('int') version!: number;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt!: Date;
}

export function toOrganization({ orgId: _orgId, ...organization }: OrganizationRow): Organization {
  return organization;
}
