import type { EventFilter, EventView, Page } from '#libs/contracts';
import type { CursorPosition } from '#libs/postgres';

/** Adds a value to a statement and returns its placeholder. */
export type Bind = (value: unknown) => string;

export interface Statement {
  readonly sql: string;
  readonly values: readonly unknown[];
}

export interface StoredEvent {
  readonly event_id: string;
  readonly distinct_id: string;
  readonly person_id: string | null;
  readonly event_name: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly timestamp: Date;
  readonly received_at: Date;
  readonly environment_id: string | null;
  readonly user_agent: string | null;
  readonly lib: string | null;
  readonly lib_version: string | null;
  readonly clock_skew: boolean;
}

/** The columns of an event that are read; the IP address is never read. */
const COLUMNS = `event_id, distinct_id, person_id, event_name, properties, timestamp, received_at, environment_id, user_agent, lib,
  lib_version, clock_skew`;
const EQUAL = ['distinct_id', 'person_id', 'event_name', 'environment_id'] as const;

/** The statement that `text` makes; `bind` collects its values. */
export function statement(text: (bind: Bind) => string): Statement {
  const values: unknown[] = [];
  return { sql: text((value) => `$${values.push(value)}`), values };
}

/** The SQL condition of a filter. Column names come from this file alone, never from a request. */
function conditionsOf(orgId: string, filter: EventFilter, bind: Bind): string {
  const { start_time, end_time, properties = {} } = filter;
  return [
    `org_id = ${bind(orgId)}`,
    ...EQUAL.filter((name) => filter[name] !== undefined).map((name) => `${name} = ${bind(filter[name])}`),
    ...(start_time === undefined ? [] : [`timestamp >= ${bind(start_time)}`]),
    ...(end_time === undefined ? [] : [`timestamp <= ${bind(end_time)}`]),
    ...Object.entries(properties).map(([name, text]) => propertyIs(bind(name), bind(text))),
  ].join(' and ');
}

/** `->>` returns objects and arrays as text as well; the check of the type excludes them. */
function propertyIs(name: string, text: string): string {
  return `(properties ->> ${name} = ${text} and jsonb_typeof(properties -> ${name}) in ('string', 'number', 'boolean'))`;
}

/** The next events in the order of the page. The separate condition on the time excludes partitions from the scan. */
export function pageQuery(
  orgId: string,
  filter: EventFilter,
  order: Page['order'],
  after: CursorPosition | undefined,
  limit: number,
): Statement {
  const beyond = order === 'asc' ? '>' : '<';
  return statement((bind) => {
    const where = [conditionsOf(orgId, filter, bind)];
    if (after !== undefined) {
      const time = bind(after.created_at);
      where.push(`timestamp ${beyond}= ${time}`, `(timestamp, event_id) ${beyond} (${time}, ${bind(after.id)})`);
    }
    return `select ${COLUMNS} from event where ${where.join(' and ')}
      order by timestamp ${order}, event_id ${order} limit ${bind(limit)}`;
  });
}

/** The number of matching events in `event`, counted up to `limit`. Default: all. */
export function countQuery(orgId: string, filter: EventFilter, limit?: number): Statement {
  return statement((bind) => {
    const where = conditionsOf(orgId, filter, bind);
    if (limit === undefined) return `select count(*) as count from event where ${where}`;
    return `select count(*) as count from (select from event where ${where} limit ${bind(limit)}) as matching`;
  });
}

export function eventView({ event_name, timestamp, received_at, ...event }: StoredEvent): EventView {
  const { event_id, distinct_id, person_id, properties, ...rest } = event;
  const times = { timestamp: timestamp.toISOString(), received_at: received_at.toISOString() };
  return { event_id, distinct_id, person_id, event: event_name, properties, ...times, ...rest };
}
