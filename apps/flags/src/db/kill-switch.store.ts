import type { Scope } from '#libs/contracts';
import type { EntityManager } from 'typeorm';
import type { KillSwitches } from '../application/ports/stores.js';
import type { KillSwitch } from '../domain/kill-switches/kill-switch.js';
import { SoftDeletedRows, softDeletedTable, type SoftDeletedRow } from './soft-deleted-rows.js';
import { scopeOfRow } from './sql.js';

export interface KillSwitchRow extends SoftDeletedRow {
  readonly key: string;
  readonly linked_flag_keys: string[];
  readonly is_active: boolean;
  readonly activated_at: Date | null;
  readonly activated_by: string | null;
  readonly activation_reason: string | null;
}

const TABLE = softDeletedTable<KillSwitch, KillSwitchRow>({
  name: 'kill_switch',
  lookup: 'key',
  fixed: { key: ({ key }) => key },
  edited: {
    name: ({ name }) => name,
    description: ({ description }) => description ?? null,
    linked_flag_keys: ({ linkedFlagKeys }) => linkedFlagKeys,
    is_active: ({ activation }) => activation !== undefined,
    activated_at: ({ activation }) => activation?.at ?? null,
    activated_by: ({ activation }) => activation?.by ?? null,
    activation_reason: ({ activation }) => activation?.reason ?? null,
  },
  toObject: toKillSwitch,
  label: ({ key }) => `The kill switch ${key}`,
});

export class PostgresKillSwitches extends SoftDeletedRows<KillSwitch, KillSwitchRow> implements KillSwitches {
  constructor(manager: EntityManager, scope: Scope) {
    super(manager, scope, TABLE);
  }
}

export function toKillSwitch(row: KillSwitchRow): KillSwitch {
  const { activated_at, activated_by, activation_reason } = row;
  return {
    id: row.id,
    scope: scopeOfRow(row.org_id),
    key: row.key,
    name: row.name,
    description: row.description ?? undefined,
    linkedFlagKeys: row.linked_flag_keys,
    activation: row.is_active ? { reason: activation_reason!, by: activated_by!, at: activated_at! } : undefined,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
