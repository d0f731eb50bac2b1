import type { Origin } from '#libs/contracts';
import type { Transaction } from '#libs/postgres';
import type { HistoryEntry } from '../../application/ports/unit-of-work.js';
import type { FlagVersion } from '../../domain/flags/history.js';
import { ofScope, orgIdOf, rowOf } from '../sql.js';

interface Written {
  readonly version: number;
  readonly origin: Origin;
  readonly at: Date;
}

/** `seq` counts a flag's changes, those of its configs included; the scope's lock keeps it gapless. */
const INSERT = `insert into flag_version
  (flag_id, org_id, seq, environment, version, ruleset_version, snapshot, author, note, created_at, cause)
  select $1, $2, greatest(max(seq), 0) + 1, $3, $4, $5, $6, $7, $8, $9, $10 from flag_version where flag_id = $1`;

export async function addHistory(
  { manager, scope }: Transaction,
  entry: HistoryEntry,
  written: Written,
): Promise<void> {
  const { flagId, environment, version, snapshot, note, cause } = entry;
  await manager.query(INSERT, [
    flagId,
    orgIdOf(scope),
    environment ?? null,
    version,
    written.version,
    JSON.stringify(snapshot),
    JSON.stringify(written.origin.actor),
    note ?? null,
    written.at,
    cause ?? null,
  ]);
}

const FIND = `select environment, snapshot from flag_version where ${ofScope('flag_version')} and flag_id = $2 and seq = $3`;

export async function findVersion(
  { manager, scope }: Transaction,
  flagId: string,
  seq: number,
): Promise<FlagVersion | undefined> {
  type Row = { environment: string | null; snapshot: unknown };
  const row = await rowOf<Row>(manager, FIND, [orgIdOf(scope), flagId, seq]);
  return row && ({ environment: row.environment ?? undefined, snapshot: row.snapshot } as FlagVersion);
}
