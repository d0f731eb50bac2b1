import type { Database } from './database.js';

/** The databases of a process: each service's adds itself, so that one health check can ask all. */
export class Databases {
  readonly all: Database[] = [];
}
