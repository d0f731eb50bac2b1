import type { Database } from './database.js';
import type { OutboxRelay } from '../outbox/outbox-relay.js';

/** The databases and outbox relays of all services of a process, for health check and metrics. Each service adds its own. */
export class Databases {
  readonly all: Database[] = [];
  readonly relays: OutboxRelay[] = [];
}
