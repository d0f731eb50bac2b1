import type { EventRow, EventView } from '#libs/contracts';

/** The view of an event before it is stored: no person is known yet, and the client address is left out. */
export function liveEventView({ ip: _ip, ...row }: EventRow): EventView {
  return {
    event_id: row.event_id,
    distinct_id: row.distinct_id,
    person_id: null,
    event: row.event,
    properties: row.properties,
    timestamp: row.timestamp,
    received_at: row.received_at,
    environment_id: row.environment_id ?? null,
    user_agent: row.user_agent ?? null,
    lib: row.lib ?? null,
    lib_version: row.lib_version ?? null,
    clock_skew: row.clock_skew ?? false,
  };
}
