import type { EventFilter, EventView, Page } from '#libs/contracts';

/** Puts a value into a statement; answers its placeholder. */
export type Bind = (value: unknown) => string;

export interface Statement {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** Where a page goes on: after this event, in the order of the page. */
export interface Position {
  /** RFC 3339. */
  readonly timestamp: string;
  readonly id: string;
}

export interface EventRecord {
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

/** What is read of an event: the address is not. */
const COLUMNS = `event_id, distinct_id, person_id, event_name, properties, timestamp, received_at, environment_id, user_agent, lib,
  lib_version, clock_skew`;
const EQUAL = ['distinct_id', 'person_id', 'event_name', 'environment_id'] as const;

/** A statement made by somebody who binds its values. */
export function statement(text: (bind: Bind) => string): Statement {
  const values: unknown[] = [];
  return { sql: text((value) => `$${values.push(value)}`), values };
}

/** What must hold for an event of the organization to be meant. Names of columns come from here alone. */
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

/** `->>` writes objects and arrays as text as well: those equal nothing. */
function propertyIs(name: string, text: string): string {
  return `(properties ->> ${name} = ${text} and jsonb_typeof(properties -> ${name}) in ('string', 'number', 'boolean'))`;
}

/** The next events in the page's order. The time alone says which partitions are not read. */
export function pageQuery(
  orgId: string,
  filter: EventFilter,
  order: Page['order'],
  after: Position | undefined,
  limit: number,
): Statement {
  const beyond = order === 'asc' ? '>' : '<';
  return statement((bind) => {
    const where = [conditionsOf(orgId, filter, bind)];
    if (after !== undefined) {
      const time = bind(after.timestamp);
      where.push(`timestamp ${beyond}= ${time}`, `(timestamp, event_id) ${beyond} (${time}, ${bind(after.id)})`);
    }
    return `select ${COLUMNS} from event where ${where.join(' and ')}
      order by timestamp ${order}, event_id ${order} limit ${bind(limit)}`;
  });
}

/** How many there are, counted one by one, but not beyond the limit. */
export function countQuery(orgId: string, filter: EventFilter, limit?: number): Statement {
  return statement((bind) => {
    const where = conditionsOf(orgId, filter, bind);
    if (limit === undefined) return `select count(*) as count from event where ${where}`;
    return `select count(*) as count from (select from event where ${where} limit ${bind(limit)}) as matching`;
  });
}

export function toView({ event_name, timestamp, received_at, ...event }: EventRecord): EventView {
  const { event_id, distinct_id, person_id, properties, ...rest } = event;
  const times = { timestamp: timestamp.toISOString(), received_at: received_at.toISOString() };
  return { event_id, distinct_id, person_id, event: event_name, properties, ...times, ...rest };
}
