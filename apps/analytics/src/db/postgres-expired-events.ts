import type { Database } from '#libs/postgres';
import { ExpiredEvents } from '../application/ports.js';

const DEFAULT_DAYS = 365;
const WHOLE_MONTHS = 24;
/** Small enough for the time a statement has. */
const BATCH = 2_000;

const LEAD = `select pg_try_advisory_xact_lock(hashtextextended('loom_analytics_retention', 0)) as leads`;
/** Also for organizations that nobody told of yet: they have the default. */
const LONGEST = `now() - make_interval(days => (select greatest(max(event_retention_days), ${DEFAULT_DAYS}) from organization_setting))`;
const DROP = `select dropped_from::text as "from", dropped_to::text as "to" from drop_event_partitions(${LONGEST})`;
const FORGET_HOURS = `delete from event_hour where hour >= $1::timestamptz and hour < $2::timestamptz`;
const DELETE = `with due as (
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
const FORGET_EMPTY = `delete from event_hour where count = 0`;
const FOLD = `select fold_event_partition(date_trunc('month', now(), 'UTC') - interval '${WHOLE_MONTHS} months') as folded`;

/** One replica at a time; the others find it at work and leave it to that one. */
export class PostgresExpiredEvents extends ExpiredEvents {
  constructor(private readonly database: Database) {
    super();
  }

  /** The hours are forgotten by a statement of its own, whose snapshot holds all that was counted before the lock was had. */
  override dropMonths(): Promise<number> {
    return this.#lead(async (query) => {
      const dropped = await query<{ from: string; to: string }>(DROP);
      for (const { from, to } of dropped) await query(FORGET_HOURS, [from, to]);
      return dropped.length;
    });
  }

  override deleteSome(): Promise<number> {
    return this.#lead(async (query) => {
      const [row] = await query<{ deleted: number }>(DELETE);
      if (row!.deleted > 0) await query(FORGET_EMPTY);
      return row!.deleted;
    });
  }

  override async foldMonth(): Promise<boolean> {
    const folded = await this.#lead(async (query) => Number((await query<{ folded: boolean }>(FOLD))[0]!.folded));
    return folded === 1;
  }

  #lead(work: (query: Query) => Promise<number>): Promise<number> {
    return this.database.systemTransaction(async ({ manager }) => {
      const query: Query = (sql, values) => manager.query(sql, values);
      const [lead] = await query<{ leads: boolean }>(LEAD);
      return lead?.leads === true ? work(query) : 0;
    });
  }
}

type Query = <R>(sql: string, values?: unknown[]) => Promise<R[]>;
