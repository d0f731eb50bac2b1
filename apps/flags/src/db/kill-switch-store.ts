import type { Scope } from '#libs/contracts';
import type { EntityManager } from 'typeorm';
import type { KillSwitches } from '../application/ports.js';
import type { KillSwitch } from '../domain/kill-switch.js';
import { expectOne } from './expect-one.js';
import { ofScope, orgIdOf, rowOf, rowsOf, scopeOfRow } from './sql.js';

export interface KillSwitchRow {
  readonly id: string;
  readonly org_id: string | null;
  readonly key: string;
  readonly name: string;
  readonly description: string | null;
  readonly linked_flag_keys: string[];
  readonly is_active: boolean;
  readonly activated_at: Date | null;
  readonly activated_by: string | null;
  readonly activation_reason: string | null;
  readonly version: number;
  readonly created_at: Date;
  readonly updated_at: Date;
}

const INSERT = `insert into kill_switch (org_id, id, key, created_at, name, description, linked_flag_keys, is_active,
  activated_at, activated_by, activation_reason, version, updated_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`;
const UPDATE = `update kill_switch set name = $3, description = $4, linked_flag_keys = $5, is_active = $6,
  activated_at = $7, activated_by = $8, activation_reason = $9, version = $10, updated_at = $11
  where ${ofScope('kill_switch')} and id = $2 and version = $10::int - 1 and deleted_at is null returning id`;
const REMOVE = `update kill_switch set deleted_at = $3, updated_at = $3
  where ${ofScope('kill_switch')} and id = $2 and deleted_at is null returning id`;

export class KillSwitchStore implements KillSwitches {
  readonly #orgId: string | null;

  constructor(
    private readonly manager: EntityManager,
    scope: Scope,
  ) {
    this.#orgId = orgIdOf(scope);
  }

  async find(key: string): Promise<KillSwitch | undefined> {
    const sql = `select * from kill_switch where ${ofScope('kill_switch')} and key = $2 and deleted_at is null`;
    const row = await rowOf<KillSwitchRow>(this.manager, sql, [this.#orgId, key]);
    return row && toKillSwitch(row);
  }

  async insert(killSwitch: KillSwitch): Promise<void> {
    const { id, key, createdAt } = killSwitch;
    await this.manager.query(INSERT, [this.#orgId, id, key, createdAt, ...toColumns(killSwitch)]);
  }

  async save(killSwitch: KillSwitch): Promise<void> {
    const rows = await rowsOf(this.manager, UPDATE, [this.#orgId, killSwitch.id, ...toColumns(killSwitch)]);
    expectOne(rows, `The kill switch ${killSwitch.key}`);
  }

  async remove({ id, key }: KillSwitch, at: Date): Promise<void> {
    expectOne(await rowsOf(this.manager, REMOVE, [this.#orgId, id, at]), `The kill switch ${key}`);
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

function toColumns({
  name,
  description,
  linkedFlagKeys,
  activation,
  version,
  updatedAt,
}: KillSwitch): readonly unknown[] {
  const activated = [activation?.at ?? null, activation?.by ?? null, activation?.reason ?? null];
  return [name, description ?? null, linkedFlagKeys, activation !== undefined, ...activated, version, updatedAt];
}
