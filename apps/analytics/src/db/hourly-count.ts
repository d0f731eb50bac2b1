import type { EventFilter } from '#libs/contracts';
import { countQuery, statement, type Statement } from './event-sql.js';

const HOUR_MS = 3_600_000;

/** The whole hours of a filter, in unix ms. An absent border means no limit. */
interface Hours {
  readonly from?: number;
  readonly before?: number;
}

/**
 * Statements that return counts which add up to the number of events. Whole hours come from `event_hour`, which counts the rows of
 * `event` exactly; the parts of an hour at the start and end of the filter are counted in `event`. One statement when the filter
 * has no whole hour or needs columns that `event_hour` does not have.
 */
export function countStatements(orgId: string, filter: EventFilter): readonly Statement[] {
  const hours = wholeHours(filter);
  if (hours === undefined) return [countQuery(orgId, filter)];
  const { from, before } = hours;
  const borders: EventFilter[] = [];
  if (from !== undefined && Date.parse(filter.start_time!) < from)
    borders.push({ ...filter, end_time: new Date(from - 1).toISOString() });
  if (before !== undefined && Date.parse(filter.end_time!) >= before)
    borders.push({ ...filter, start_time: new Date(before).toISOString() });
  return [hourlyCount(orgId, filter, hours), ...borders.map((border) => countQuery(orgId, border))];
}

/** `undefined` when the filter has no whole hour or needs other columns. Times of events have milliseconds, nothing finer. */
function wholeHours({ distinct_id, person_id, properties = {}, start_time, end_time }: EventFilter): Hours | undefined {
  if (distinct_id !== undefined || person_id !== undefined || Object.keys(properties).length > 0) return undefined;
  const from = start_time === undefined ? undefined : Math.ceil(Date.parse(start_time) / HOUR_MS) * HOUR_MS;
  const before = end_time === undefined ? undefined : Math.floor((Date.parse(end_time) + 1) / HOUR_MS) * HOUR_MS;
  return from !== undefined && before !== undefined && from >= before ? undefined : { from, before };
}

function hourlyCount(orgId: string, { event_name, environment_id }: EventFilter, { from, before }: Hours): Statement {
  return statement((bind) => {
    const where = [
      `org_id = ${bind(orgId)}`,
      ...(event_name === undefined ? [] : [`event_name = ${bind(event_name)}`]),
      ...(environment_id === undefined ? [] : [`environment_id = ${bind(environment_id)}`]),
      ...(from === undefined ? [] : [`hour >= ${bind(new Date(from))}`]),
      ...(before === undefined ? [] : [`hour < ${bind(new Date(before))}`]),
    ];
    return `select coalesce(sum(count), 0)::bigint as count from event_hour where ${where.join(' and ')}`;
  });
}
