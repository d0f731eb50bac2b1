import { prepared, type Database } from '#libs/postgres';
import type { Pack, PackStore, StoreResult } from '../application/packs/ports.js';
import { jsonArray } from './json-array.js';
import { asStoreFailure } from './store-failure.js';

/**
 * Stores packs in one statement. New ids go into `event_seen` in sorted order, so that two batches that share ids wait for each other
 * and never deadlock. The events of new ids go into `event`. Counters come last: batches of one organization update the same few
 * counters and lock them until the commit.
 */
const STORE = prepared(
  'store_events',
  `with given as materialized (
    select pack.org_id, coalesce(capture_ip, false) as keeps_ip, row.*,
      row_number() over (partition by pack.org_id, row.event_id) as nth
    from unnest($1::json[], $2::uuid[]) as pack(rows, org_id)
    left join organization_setting setting on setting.org_id = pack.org_id
    cross join lateral json_to_recordset(pack.rows) as row(
      event_id uuid, environment_id uuid, distinct_id text, event text, properties jsonb, timestamp timestamptz,
      received_at timestamptz, ip text, user_agent text, lib text, lib_version text, clock_skew boolean)
  ), fresh as (
    insert into event_seen (org_id, event_id) select org_id, event_id from given where nth = 1 order by org_id, event_id
    on conflict do nothing returning org_id, event_id
  ), stored as (
    insert into event (org_id, event_id, environment_id, distinct_id, event_name, properties, timestamp, received_at, ip,
      user_agent, lib, lib_version, clock_skew)
    select given.org_id, given.event_id, environment_id, distinct_id, event, properties, timestamp, received_at,
      case when keeps_ip then ip end, user_agent, lib, lib_version, coalesce(clock_skew, false)
    from given join fresh on fresh.org_id = given.org_id and fresh.event_id = given.event_id
    where nth = 1
    returning org_id, environment_id, event_name, date_trunc('hour', timestamp, 'UTC') as hour,
      tableoid = 'event_default'::regclass as strayed
  ), counted as (
    insert into event_hour (org_id, event_name, hour, environment_id, count)
    select org_id, event_name, hour, coalesce(environment_id, '00000000-0000-0000-0000-000000000000'), count(*)
    from stored group by 1, 2, 3, 4 order by 1, 2, 3, 4
    on conflict (org_id, event_name, hour, environment_id) do update set count = event_hour.count + excluded.count
  )
  select count(*)::int as stored, (select count(*) from given)::int - count(*)::int as duplicates,
    count(*) filter (where strayed)::int as strayed
  from stored`,
);

type Counts = Omit<StoreResult, 'tookMs'>;

export class PostgresPacks implements PackStore {
  constructor(private readonly database: Database) {}

  async store(packs: readonly Pack[]): Promise<StoreResult> {
    const values = [jsonArray(packs.map(({ rows }) => rows)), packs.map(({ orgId }) => orgId)];
    const begin = performance.now();
    try {
      const [counts] = await this.database.systemTransaction(({ manager }) => manager.query<Counts[]>(STORE, values));
      return { ...counts!, tookMs: performance.now() - begin };
    } catch (error) {
      throw asStoreFailure(error);
    }
  }
}
