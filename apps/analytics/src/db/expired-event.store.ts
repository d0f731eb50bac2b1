import type { Database } from '#libs/postgres';
import type { ExpiredEvents } from '../application/retention/ports.js';

const DEFAULT_DAYS = 365;
const WHOLE_MONTHS = 24;
/** Few enough for the statement timeout. */
const BATCH = 2_000;

const LOCK = `select pg_try_advisory_xact_lock(hashtextextended('loom_analytics_retention', 0)) as acquired`;
/** At least the default, which applies to organizations without a stored setting. */
const LONGEST = `now() - make_interval(days => (select greatest(max(event_retention_days), ${DEFAULT_DAYS}) from organization_setting))`;
const DROP_MONTHS = `select dropped_from::text as "from", dropped_to::text as "to" from drop_event_partitions(${LONGEST})`;
const DELETE_HOURS = `delete from event_hour where hour >= $1::timestamptz and hour < $2::timestamptz`;
const DELETE_EVENTS = `with due as (
    select org_id, now() - make_interval(days => coalesce(event_retention_days, ${DEFAULT_DAYS})) as before
    from (select distinct org_id from event_hour) as storing left join organization_setting using (org_id)
  ), doomed as (
    select old.* from due cross join lateral (
      select org_id, timestamp, event_id from event where event.org_id = due.org_id and event.timestamp < due.before
      order by timestamp limit ${BATCH}) as old
    limit ${BATCH}
  ), gone as (
    delete from event using doomed
    where event.org_id = doomed.org_id and event.timestamp = doomed.timestamp and event.event_id = doomed.event_id
    returning event.org_id, event_name, date_trunc('hour', event.timestamp, 'UTC') as hour,
      coalesce(environment_id, '00000000-0000-0000-0000-000000000000') as environment_id
  ), lowered as (
    update event_hour set count = event_hour.count - fewer.count
    from (select org_id, event_name, hour, environment_id, count(*) from gone group by 1, 2, 3, 4) as fewer
    where event_hour.org_id = fewer.org_id and event_hour.event_name = fewer.event_name and event_hour.hour = fewer.hour
      and event_hour.environment_id = fewer.environment_id
  )
  select count(*)::int as deleted from gone`;
const DELETE_EMPTY_HOURS = `delete from event_hour where count = 0`;
const FOLD_MONTH = `select fold_event_partition(date_trunc('month', now(), 'UTC') - interval '${WHOLE_MONTHS} months') as folded`;

/** One replica deletes at a time; the others skip their run while the lock is taken. */
export class PostgresExpiredEvents implements ExpiredEvents {
  constructor(private readonly database: Database) {}

  /** Hours are deleted by a statement of their own: its snapshot contains all counts from before the lock was acquired. */
  dropMonths(): Promise<number> {
    return this.#withLock(async (query) => {
      const dropped = await query<{ from: string; to: string }>(DROP_MONTHS);
      for (const { from, to } of dropped) await query(DELETE_HOURS, [from, to]);
      return dropped.length;
    });
  }

  deleteSome(): Promise<number> {
    return this.#withLock(async (query) => {
      const [row] = await query<{ deleted: number }>(DELETE_EVENTS);
      if (row!.deleted > 0) await query(DELETE_EMPTY_HOURS);
      return row!.deleted;
    });
  }

  async foldMonth(): Promise<boolean> {
    const folded = await this.#withLock(async (query) =>
      Number((await query<{ folded: boolean }>(FOLD_MONTH))[0]!.folded),
    );
    return folded === 1;
  }

  /** Returns 0 when another replica has the lock. */
  #withLock(work: (query: Query) => Promise<number>): Promise<number> {
    return this.database.systemTransaction(async ({ manager }) => {
      const query: Query = (sql, values) => manager.query(sql, values);
      const [lock] = await query<{ acquired: boolean }>(LOCK);
      return lock?.acquired === true ? work(query) : 0;
    });
  }
}

type Query = <R>(sql: string, values?: unknown[]) => Promise<R[]>;
