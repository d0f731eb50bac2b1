import type { Person, WorkloadFlag } from './workload.js';

/** An engine under the clock. Contexts are made once, outside it. */
export interface Contender<Context = unknown> {
  readonly name: string;
  context(person: Person): Context;
  evaluate(key: string, context: Context): string;
  /** Every flag for one context; the return value keeps the work alive. */
  evaluateAll(context: Context): number;
}
export type MakeContender = (flags: readonly WorkloadFlag[]) => Contender;
