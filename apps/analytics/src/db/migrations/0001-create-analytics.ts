import { platformTables, roleName, tenantTable } from '#libs/postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { eventPartitions } from '../event-partitions-sql.js';

const SERVICE = 'analytics';
const APP = roleName(SERVICE, 'app');
const SEEN_PARTITIONS = 16;

/**
 * `event_seen` keeps each event id forever, independent of the event's partition and deletion, so that a retry with another timestamp
 * is a duplicate. `event_hour` counts the rows of `event` exactly; an event without an environment counts under the nil UUID,
 * since a primary key cannot contain null. Only the system role writes these tables.
 */
export class CreateAnalytics1763800000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table event (
        org_id uuid not null,
        event_id uuid not null,
        environment_id uuid,
        distinct_id text not null,
        person_id uuid,
        event_name text not null,
        properties jsonb not null,
        timestamp timestamptz not null constraint event_timestamp_finite check (isfinite(timestamp)),
        received_at timestamptz not null,
        ip text,
        user_agent text,
        lib text,
        lib_version text,
        clock_skew boolean not null default false,
        primary key (org_id, timestamp, event_id)
      ) partition by range (timestamp);
      create index event_name_time on event (org_id, event_name, timestamp);
      create index event_distinct_id_time on event (org_id, distinct_id, timestamp);

      create table event_seen (
        org_id uuid not null,
        event_id uuid not null,
        primary key (org_id, event_id)
      ) partition by hash (event_id);
      do $$ begin for i in 0..${SEEN_PARTITIONS - 1} loop
        execute format('create table event_seen_%s partition of event_seen for values with (modulus ${SEEN_PARTITIONS}, remainder %s)', i, i);
        execute format('revoke all on event_seen_%s from ${APP}, ${roleName(SERVICE, 'system')}', i);
      end loop; end $$;

      create table event_hour (
        org_id uuid not null,
        event_name text not null,
        hour timestamptz not null,
        environment_id uuid not null default '00000000-0000-0000-0000-000000000000',
        count bigint not null,
        primary key (org_id, event_name, hour, environment_id)
      );
      create index event_hour_time on event_hour (hour);

      create table organization_setting (
        org_id uuid primary key,
        event_retention_days int check (event_retention_days > 0),
        capture_ip boolean not null default false,
        version int not null,
        updated_at timestamptz not null default now()
      );
      ${['event', 'event_seen', 'event_hour', 'organization_setting'].map((table) => tenantTable(SERVICE, table)).join('')}
      revoke insert, update, delete, truncate on event, event_hour, organization_setting from ${APP};
      revoke all on event_seen from ${APP};
      ${eventPartitions}
      ${platformTables(SERVICE)}`);
  }

  async down(): Promise<void> {
    throw new Error('Migrations are not undone: restore a backup');
  }
}
