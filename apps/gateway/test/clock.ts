import { Clock } from '#libs/kernel';

/** A clock that stands until it is moved. */
export class ManualClock extends Clock {
  #now = Date.parse('2026-01-01T00:00:00.000Z');

  override now(): Date {
    return new Date(this.#now);
  }

  advance(ms: number): void {
    this.#now += ms;
  }
}
