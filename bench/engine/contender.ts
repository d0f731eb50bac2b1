import type { Person, segments, WorkloadFlag } from './workload.js';

/** The workload that every engine translates to its own format. */
interface Workload {
  readonly flags: readonly WorkloadFlag[];
  readonly segments: typeof segments;
}

/** An engine to be timed. Contexts are made and answers are read outside of the timed calls. */
export interface Contender<Context = unknown, Answer = unknown, All = unknown> {
  /** The SDK answers by promises only: each call is awaited. */
  readonly isAsync?: boolean;
  context(person: Person): Context;
  /** The call that is timed, for one flag. */
  evaluatorOf(flag: WorkloadFlag): (context: Context) => Answer | Promise<Answer>;
  variantOf(answer: Answer): string;
  /** Every flag for one context. */
  evaluateAll(context: Context): All | Promise<All>;
  /** Variants by flag; a missing flag is off. */
  variantsOf(all: All): Readonly<Record<string, string>>;
  close?(): void | Promise<void>;
}
export type MakeContender = (workload: Workload) => Contender | Promise<Contender>;

/** For the list of contenders, without their types. */
export function anonymous<Context, Answer, All>(contender: Contender<Context, Answer, All>): Contender {
  return contender as Contender;
}
