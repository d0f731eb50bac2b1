import { roleName } from '#libs/postgres';

const APP = roleName('analytics', 'app');
const SYSTEM = roleName('analytics', 'system');
/** Functions run as the owner of the tables, so that the roles of running processes need no right to DDL. Months are in UTC. */
const AS_OWNER = `language plpgsql security definer set search_path = analytics, pg_temp set timezone = 'UTC' set lock_timeout = '2s'`;
const ONE_AT_A_TIME = `perform pg_advisory_xact_lock(hashtextextended('loom_event_partitions', 0));`;
/** Row-level security of the parent does not apply to a partition that is queried by its own name: no role may do so. */
const closed = (table: string): string => `revoke all on ${table} from ${APP}, ${SYSTEM};`;

/**
 * The partitions of `event`: one per month, `event_old` for all earlier months, and `event_default`, so that no timestamp can fail a
 * batch. `make_event_partitions` moves the rows of the default partition into their months.
 */
export const eventPartitions = `
  do $$ begin
    execute format('create table event_old partition of event for values from (minvalue) to (%L)',
      date_trunc('month', now(), 'UTC') - interval '24 months');
  end $$;
  create table event_default partition of event default;
  ${closed('event_old, event_default')}

  create view event_partition as
    select relname::text as name,
      (regexp_match(bounds, 'FROM \\(''([^'']+)''\\)'))[1]::timestamptz as lower,
      (regexp_match(bounds, 'TO \\(''([^'']+)''\\)'))[1]::timestamptz as upper
    from pg_inherits join pg_class on pg_class.oid = inhrelid, pg_get_expr(relpartbound, pg_class.oid) as bounds
    where inhparent = 'event'::regclass;

  create function make_event_partition(month timestamptz) returns void ${AS_OWNER} as $$
    declare
      name text := 'event_' || to_char(month, 'YYYY_MM');
      next_month timestamptz := month + interval '1 month';
    begin
      execute format('create table %I (like event including defaults including constraints)', name);
      execute format('revoke all on %I from ${APP}, ${SYSTEM}', name);
      lock table event_default in access exclusive mode;
      execute format('with moved as (delete from event_default where timestamp >= %L and timestamp < %L returning *)
        insert into %I select * from moved', month, next_month, name);
      execute format('alter table event attach partition %I for values from (%L) to (%L)', name, month, next_month);
    end $$;

  create function make_event_partitions(months_ahead int) returns int ${AS_OWNER} as $$
    declare
      this_month timestamptz := date_trunc('month', now());
      last_month timestamptz := this_month + make_interval(months => months_ahead);
      missing timestamptz[];
    begin
      ${ONE_AT_A_TIME}
      missing := array(
        select month from (
          select generate_series(this_month - interval '1 month', last_month, interval '1 month') as month
          union
          select date_trunc('month', timestamp) from event_default where timestamp < last_month + interval '1 month'
        ) as wanted
        where not exists (select from event_partition where lower <= month and month < upper)
        order by month);
      for i in 1..cardinality(missing) loop
        perform make_event_partition(missing[i]);
      end loop;
      return cardinality(missing);
    end $$;

  create function fold_event_partition(before timestamptz) returns boolean ${AS_OWNER} as $$
    declare
      old event_partition;
    begin
      ${ONE_AT_A_TIME}
      select * into old from event_partition where lower is not null and upper <= before order by lower limit 1;
      if old is null then return false; end if;
      lock table event in access exclusive mode;
      execute format('alter table event detach partition %I', old.name);
      alter table event detach partition event_old;
      execute format('insert into event_old select * from %I', old.name);
      execute format('drop table %I', old.name);
      with moved as (delete from event_default where timestamp < old.upper returning *)
        insert into event_old select * from moved;
      execute format('alter table event attach partition event_old for values from (minvalue) to (%L)', old.upper);
      return true;
    end $$;

  create function drop_event_partitions(before timestamptz) returns table (dropped_from timestamptz, dropped_to timestamptz)
  ${AS_OWNER} as $$
    declare
      past event_partition[];
      gone event_partition;
    begin
      ${ONE_AT_A_TIME}
      past := array(select event_partition from event_partition where upper <= before order by upper);
      for i in 1..cardinality(past) loop
        gone := past[i];
        continue when gone.lower is null and not exists (select from event_old);
        lock table event in access exclusive mode;
        if gone.lower is null then
          truncate event_old;
        else
          execute format('alter table event detach partition %I', gone.name);
          execute format('drop table %I', gone.name);
        end if;
        dropped_from := coalesce(gone.lower, '-infinity');
        dropped_to := gone.upper;
        return next;
      end loop;
    end $$;

  revoke all on function make_event_partition(timestamptz), make_event_partitions(int), fold_event_partition(timestamptz),
    drop_event_partitions(timestamptz) from public;
  grant execute on function make_event_partitions(int), fold_event_partition(timestamptz), drop_event_partitions(timestamptz)
    to ${SYSTEM};
  select make_event_partitions(3);`;
