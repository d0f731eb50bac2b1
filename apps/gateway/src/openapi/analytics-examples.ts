import type { EventView } from '#libs/contracts';
import { at } from './examples.js';

export const event: EventView = {
  event_id: '01997d1c-5b3c-7000-8000-0000000000e1',
  distinct_id: 'user-1',
  person_id: null,
  event: 'bought',
  properties: { plan: 'pro', seats: 5 },
  timestamp: at,
  received_at: at,
  environment_id: '01997d1c-5b3c-7000-8000-0000000000d1',
  user_agent: 'Mozilla/5.0',
  lib: 'loom-web',
  lib_version: '1.0.0',
  clock_skew: false,
};
export const eventCount = { count: 12_345 };
export const eventExport = `${JSON.stringify(event)}\n`;
export const liveEvents = `event: event\nid: ${event.event_id}\ndata: ${JSON.stringify(event)}\n\n`;
