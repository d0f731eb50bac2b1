import { Ids } from '#libs/kernel';

/** UUIDs of version 7 that count: `00000000-0000-7000-8000-000000000001` and so on. */
export class CountingIds extends Ids {
  #count = 0;

  override next(): string {
    this.#count += 1;
    return `00000000-0000-7000-8000-${String(this.#count).padStart(12, '0')}`;
  }
}
