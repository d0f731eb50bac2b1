import type { Database } from './database.js';
import type { OutboxRelay } from '../outbox/outbox-relay.js';

/** The databases and outbox relays of a process: each service's add themselves, so that one place can ask them all. */
export class Databases {
  readonly all: Database[] = [];
  readonly relays: OutboxRelay[] = [];
}
