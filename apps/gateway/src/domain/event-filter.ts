import type { EventFilter, EventRow } from '#libs/contracts';

/** The filters that apply to an event before it is stored. */
export type LiveFilter = Pick<EventFilter, 'distinct_id' | 'event_name' | 'environment_id' | 'properties'>;

/** Whether an event matches, by the same rules as in the event store. */
export function matches(
  { distinct_id, event_name, environment_id, properties = {} }: LiveFilter,
  row: EventRow,
): boolean {
  if (distinct_id !== undefined && row.distinct_id !== distinct_id) return false;
  if (event_name !== undefined && row.event !== event_name) return false;
  if (environment_id !== undefined && row.environment_id !== environment_id) return false;
  return Object.entries(properties).every(([name, text]) => textOf(row.properties, name) === text);
}

function textOf(properties: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = Object.hasOwn(properties, name) ? properties[name] : undefined;
  const isText = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return isText ? String(value) : undefined;
}
