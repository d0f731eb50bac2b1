import { Clock } from '#libs/kernel';

/** Stands still until `advance`. Default: 2026-03-01T10:00:00.000Z. */
export class FixedClock extends Clock {
  /** Unix ms. */
  at: number;

  constructor(at: Date | string | number = '2026-03-01T10:00:00.000Z') {
    super();
    this.at = new Date(at).getTime();
  }

  override now(): Date {
    return new Date(this.at);
  }

  advance(ms: number): void {
    this.at += ms;
  }
}
