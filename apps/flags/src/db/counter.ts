import { formatEpoch, parseEpoch, PLATFORM, type Scope } from '#libs/contracts';
import { prepared, type Transaction } from '#libs/platform';
import type { EntityManager } from 'typeorm';
import { orgIdOf, rowOf, rowsOf } from './sql.js';

/** Where a scope stands: its own count, the platform's, and the lifetime of the database. */
export interface Standing {
  readonly epoch: string;
  readonly platform: number;
  readonly version: number;
}
type StandingRow = Omit<Standing, 'epoch'> & { readonly epoch: string | null };

const SHARE_PLATFORM = `select version from counter where scope = 'platform' for share`;
/** Inserts on first use; either way the row is this transaction's until it ends. */
const BUMP = `insert into counter as stored (scope, org_id, version) values ($1, $2, 1)
  on conflict (scope) do update set version = stored.version + 1 returning version`;
/** The counters of others as they were when the statement began; the own one as it is after it. */
const BUMPED = prepared(
  'counter_bump',
  `with bumped as (${BUMP}) select (select value from epoch) as epoch,
  case when $1 = 'platform' then bumped.version
    else coalesce((select version from counter where scope = 'platform'), 0) end::float8 as platform,
  bumped.version::float8 as version from bumped`,
);
const STANDING = `select (select value from epoch) as epoch,
  coalesce((select version from counter where scope = 'platform'), 0)::float8 as platform,
  coalesce((select version from counter where scope = $1), 0)::float8 as version`;
const FIRST_EPOCH = `insert into epoch (value) values ($1) on conflict do nothing`;
const NEXT_EPOCH = `insert into epoch as stored (value) values ($1) on conflict (is_only) do update set value = excluded.value`;

/**
 * Locks a scope and raises its version. Lock order: platform, then organization. What is read afterwards is what every writer
 * before this one left.
 */
export async function bump({ manager, scope }: Transaction, refersToPlatform: boolean): Promise<Standing> {
  if (refersToPlatform && scope !== PLATFORM) await manager.query(SHARE_PLATFORM);
  return standingIn(await rowOf<StandingRow>(manager, BUMPED, [scope, orgIdOf(scope)]));
}

/** Version 0 for a scope that was never written. */
export async function standingOf(manager: EntityManager, scope: Scope): Promise<Standing> {
  return standingIn(await rowOf<StandingRow>(manager, STANDING, [scope]));
}

function standingIn(row: StandingRow | undefined): Standing {
  if (row?.epoch == null) throw new Error('The database has no epoch: ensureEpoch runs before everything else');
  return { ...row, epoch: row.epoch };
}

/** The first start makes the epoch; later ones find it. */
export async function ensureEpoch(manager: EntityManager, at: Date): Promise<void> {
  await manager.query(FIRST_EPOCH, [formatEpoch(at.getTime())]);
}

/** After a restore from backup, or a failover that lost commits: max(previous + 1, unix ms), so that it is always later. */
export async function startNewEpoch(manager: EntityManager, at: Date): Promise<string> {
  const [previous] = await rowsOf<{ value: string }>(manager, 'select value from epoch for update');
  const next = Math.max(previous === undefined ? 0 : parseEpoch(previous.value) + 1, at.getTime());
  const epoch = formatEpoch(next);
  await manager.query(NEXT_EPOCH, [epoch]);
  return epoch;
}
