import { Ids } from '#libs/kernel';
import { randomTail, TimeOrderedIds } from './time-ordered-ids.js';

/** Ids that order by time within a process (RFC 9562, version 7). */
export class UuidV7Ids extends Ids {
  readonly #ids = new TimeOrderedIds(randomTail);

  override next(): string {
    return this.#ids.next();
  }
}
