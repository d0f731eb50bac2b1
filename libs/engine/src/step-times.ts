import { stepInstants } from './documents/schedule-steps.js';
import type { ScopeView } from './flags/scope-view.js';

/** When the schedules of an environment take their steps, in order; collected anew when a scope changed. */
export class StepTimes {
  private instants: readonly number[] = [];
  private seen = '';

  constructor(private readonly views: readonly ScopeView[]) {}

  /** The latest step that has begun, and how many began at or before it; empty before the first. */
  inForce(now: number): string {
    const instants = this.sorted();
    const begun = this.begun(instants, now);
    return begun === 0 ? '' : `${begun}@${instants[begun - 1]}`;
  }

  next(now: number): number | undefined {
    const instants = this.sorted();
    return instants[this.begun(instants, now)];
  }

  private begun(instants: readonly number[], now: number): number {
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
    const seen = this.views.map(({ scope }) => scope.log.revision).join('.');
    if (seen === this.seen) return this.instants;
    this.seen = seen;
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
