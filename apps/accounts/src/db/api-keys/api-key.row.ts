import type { KeyType } from '#libs/contracts';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { ApiKey } from '../../domain/api-keys/api-key.js';
import { EnvironmentRow } from '../environments/environment.row.js';

@Entity('api_key')
export class ApiKeyRow {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid', { name: 'org_id' }) orgId!: string;
  @Column('uuid', { name: 'environment_id', nullable: true }) environmentId!: string | null;
  @ManyToOne(() => EnvironmentRow, { nullable: true })
  @JoinColumn({ name: 'environment_id' })
  environment!: Relation<EnvironmentRow> | null;
  @Column('text', { name: 'key_type' }) keyType!: KeyType;
  @Column('text') name!: string;
  @Column('text', { name: 'lookup_id' }) lookupId!: string;
  @Column('text', { name: 'key_hash' }) keyHash!: string;
  @Column('text', { array: true, name: 'allowed_origins' }) allowedOrigins!: string[];
  @Column('text', { name: 'created_by' }) createdBy!: string;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt!: Date;
  @Column('timestamptz', { name: 'last_used_at', nullable: true }) lastUsedAt!: Date | null;
  @Column('timestamptz', { name: 'expires_at', nullable: true }) expiresAt!: Date | null;
  @Column('timestamptz', { name: 'revoked_at', nullable: true }) revokedAt!: Date | null;
}

export function toApiKey(row: ApiKeyRow): ApiKey {
  const { id, orgId, keyType, name, lookupId, keyHash, allowedOrigins, createdBy, createdAt, environment } = row;
  return {
    ...{ id, orgId, keyType, name, lookupId, keyHash, allowedOrigins, createdBy, createdAt },
    environment: environment === null ? undefined : { id: environment.id, name: environment.name },
    lastUsedAt: row.lastUsedAt ?? undefined,
    expiresAt: row.expiresAt ?? undefined,
    revokedAt: row.revokedAt ?? undefined,
  };
}

export function toApiKeyRow(key: ApiKey): Omit<ApiKeyRow, 'environment'> {
  const { environment, lastUsedAt, expiresAt, revokedAt, allowedOrigins, ...same } = key;
  return {
    ...same,
    environmentId: environment?.id ?? null,
    allowedOrigins: [...allowedOrigins],
    updatedAt: revokedAt ?? key.createdAt,
    lastUsedAt: lastUsedAt ?? null,
    expiresAt: expiresAt ?? null,
    revokedAt: revokedAt ?? null,
  };
}
