import { stepInstants } from '../documents/schedule-steps.js';
import type { ScopeView } from './scope-view.js';

/** Start times of the schedule steps of an environment, in order. Collected again after a scope changed. */
export class StepTimes {
  private instants: readonly number[] = [];
  /** Revisions of the scopes that `instants` was collected from. */
  private revisions = '';

  constructor(private readonly views: readonly ScopeView[]) {}

  /** Number and time of the latest step that has started, as one text. Empty before the first step. */
  inForce(now: number): string {
    const instants = this.sorted();
    const started = this.countStarted(instants, now);
    return started === 0 ? '' : `${started}@${instants[started - 1]}`;
  }

  /** Unix milliseconds of the first step that has not started. */
  next(now: number): number | undefined {
    const instants = this.sorted();
    return instants[this.countStarted(instants, now)];
  }

  private countStarted(instants: readonly number[], now: number): number {
    let low = 0;
    let high = instants.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (instants[middle]! <= now) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private sorted(): readonly number[] {
    const revisions = this.views.map(({ scope }) => scope.log.revision).join('.');
    if (revisions === this.revisions) return this.instants;
    this.revisions = revisions;
    this.instants = this.collect();
    return this.instants;
  }

  private collect(): readonly number[] {
    const all = this.views.flatMap(({ scope, configNames }) =>
      [...scope.withSchedules()].flatMap((document) => stepInstants(document, configNames)),
    );
    return [...new Set(all)].sort((left, right) => left - right);
  }
}
