import { PLATFORM, type Scope } from '#libs/contracts';
import { prepared, type Transaction } from '#libs/postgres';
import type { EntityManager } from 'typeorm';
import { DatabaseMoved, IS_HOME } from './lifetime-sql.js';
import { orgIdOf, rowOf } from './sql.js';

/** Where a scope stands: its own count, the platform's, and the lifetime of the database. */
export interface Standing {
  readonly epoch: string;
  readonly platform: number;
  readonly version: number;
}
type StandingRow = Omit<Standing, 'epoch'> & { readonly epoch: string | null };
type BumpedRow = StandingRow & { readonly is_home: boolean | null };

const SHARE_PLATFORM = `select version from counter where scope = 'platform' for share`;
/** Inserts on first use; either way the row is this transaction's until it ends. */
const BUMP = `insert into counter as stored (scope, org_id, version) values ($1, $2, 1)
  on conflict (scope) do update set version = stored.version + 1 returning version`;
/** The counters of others as they were when the statement began; the own one as it is after it. */
const BUMPED = prepared(
  'counter_bump',
  `with bumped as (${BUMP}) select (select value from epoch) as epoch, (select ${IS_HOME} from epoch) as is_home,
  case when $1 = 'platform' then bumped.version
    else coalesce((select version from counter where scope = 'platform'), 0) end::float8 as platform,
  bumped.version::float8 as version from bumped`,
);
const STANDING = `select (select value from epoch) as epoch,
  coalesce((select version from counter where scope = 'platform'), 0)::float8 as platform,
  coalesce((select version from counter where scope = $1), 0)::float8 as version`;

/**
 * Locks a scope and raises its version. Lock order: platform, then organization. What is asked on this connection from the call
 * on, awaited or not, is read behind the locks: what every writer before this one left. @throws DatabaseMoved when a new epoch is
 * due first
 */
export async function bump({ manager, scope }: Transaction, refersToPlatform: boolean): Promise<Standing> {
  const locking = refersToPlatform && scope !== PLATFORM ? [manager.query(SHARE_PLATFORM)] : [];
  const [bumped] = await Promise.all([rowOf<BumpedRow>(manager, BUMPED, [scope, orgIdOf(scope)]), ...locking]);
  const { is_home: isHome, ...row } = bumped!;
  if (isHome === false) throw new DatabaseMoved();
  return standingIn(row);
}

/** Version 0 for a scope that was never written. */
export async function standingOf(manager: EntityManager, scope: Scope): Promise<Standing> {
  return standingIn(await rowOf<StandingRow>(manager, STANDING, [scope]));
}

function standingIn(row: StandingRow | undefined): Standing {
  if (row?.epoch == null) throw new Error('The database has no epoch: ensureEpoch runs before everything else');
  return { ...row, epoch: row.epoch };
}
