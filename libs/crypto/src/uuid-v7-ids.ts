import { Ids } from '#libs/kernel';
import { randomTail, TimeOrderedIds } from './time-ordered-ids.js';

/** The ids of production: UUIDs of version 7 (RFC 9562), ascending within a process. */
export class UuidV7Ids extends Ids {
  readonly #ids = new TimeOrderedIds(randomTail);

  override next(): string {
    return this.#ids.next();
  }
}
