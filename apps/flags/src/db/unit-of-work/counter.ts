import { PLATFORM, type Scope } from '#libs/contracts';
import { prepared, type Transaction } from '#libs/postgres';
import type { EntityManager } from 'typeorm';
import { DatabaseMoved, IS_HOME } from '../rulesets/epoch-sql.js';
import { orgIdOf, rowOf } from '../sql.js';

/** The version of a scope and of the platform, and the epoch of the database. */
export interface Counters {
  readonly epoch: string;
  readonly platform: number;
  readonly version: number;
}
type CountersRow = Omit<Counters, 'epoch'> & { readonly epoch: string | null };
type BumpedRow = CountersRow & { readonly is_home: boolean | null };

const SHARE_PLATFORM = `select version from counter where scope = 'platform' for share`;
/** Inserts on first use. Either way the row is locked until the transaction ends. */
const BUMP = `insert into counter as stored (scope, org_id, version) values ($1, $2, 1)
  on conflict (scope) do update set version = stored.version + 1 returning version`;
/** The platform's counter as of the start of the statement; the scope's own counter after the bump. */
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
 * Locks a scope and raises its version. Lock order: platform, then organization. Statements that are sent on this connection
 * after the call, awaited or not, run behind the locks: they see everything that earlier writers committed.
 * @throws DatabaseMoved when a new epoch must begin first
 */
export async function bump({ manager, scope }: Transaction, refersToPlatform: boolean): Promise<Counters> {
  const locking = refersToPlatform && scope !== PLATFORM ? [manager.query(SHARE_PLATFORM)] : [];
  const [bumped] = await Promise.all([rowOf<BumpedRow>(manager, BUMPED, [scope, orgIdOf(scope)]), ...locking]);
  const { is_home: isHome, ...row } = bumped!;
  if (isHome === false) throw new DatabaseMoved();
  return toCounters(row);
}

/** Version 0 for a scope that was never written. */
export async function countersOf(manager: EntityManager, scope: Scope): Promise<Counters> {
  return toCounters(await rowOf<CountersRow>(manager, STANDING, [scope]));
}

function toCounters(row: CountersRow | undefined): Counters {
  if (row?.epoch == null)
    throw new Error('The database has no epoch: PostgresEpochs.ensure runs before everything else');
  return { ...row, epoch: row.epoch };
}
