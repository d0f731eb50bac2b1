import { isObject } from '#libs/kernel';
import type { EvaluationContext } from '../values/evaluation.js';
import { never, type Run } from './condition-test.js';
import { compileConditions, type Membership, type References, type SegmentMembers } from './conditions.js';

type Compiled = (context: EvaluationContext, run: Run) => Membership;

const nowhere: Compiled = () => -1;

const idSet = (ids: unknown): ReadonlySet<unknown> => new Set(Array.isArray(ids) ? ids : []);

/** Excluded beats included beats conditions; a segment without conditions has only its included members. */
export function compileSegmentDocument(document: unknown, references: References): Compiled {
  if (!isObject(document)) return nowhere;
  const included = idSet(document['included']);
  const excluded = idSet(document['excluded']);
  const conditions = document['conditions'];
  const test = conditions === undefined || conditions === null ? never : compileConditions(conditions, references);
  if (included.size + excluded.size === 0) return (context, run) => (test(context, run) ? 1 : 0);
  return (context, run) => {
    const id = context.user_id;
    if (id !== undefined) {
      if (excluded.has(id)) return 0;
      if (included.has(id)) return 1;
    }
    return test(context, run) ? 1 : 0;
  };
}

/** Where a cell finds its segment. */
export interface SegmentSource {
  /** `undefined` when there is no such segment; may throw when it cannot be compiled. */
  compile(key: string): Compiled | undefined;
  usesItself(key: string): boolean;
}

/**
 * The place that conditions hold on to instead of a segment: it is compiled when first asked, and forgets when the
 * segment changes, so that no flag is compiled again for it. Remembers its answer for one evaluation, which keeps
 * segments that use segments linear.
 */
export class SegmentCell implements SegmentMembers {
  private compiled: Compiled | undefined;
  /** What answers: the compiled segment, or nothing where it uses itself. `undefined` while that has to be asked. */
  private usable: Compiled | undefined;
  private run: Run | undefined;
  private epoch = 2 ** 32 - 0.5;
  private answer: Membership = -1;

  constructor(
    private readonly key: string,
    private readonly source: SegmentSource,
  ) {}

  membership(context: EvaluationContext, run: Run): Membership {
    if (this.epoch === run.epoch && this.run === run) return this.answer;
    const answer = (this.usable ?? this.prepare())(context, run);
    this.run = run;
    this.epoch = run.epoch;
    this.answer = answer;
    return answer;
  }

  /** The segment itself changed. */
  reset(): void {
    this.compiled = undefined;
    this.forgetGraph();
  }

  /** Some segment changed: whether this one uses itself has to be asked again. */
  forgetGraph(): void {
    this.usable = undefined;
    this.run = undefined;
  }

  private prepare(): Compiled {
    this.compiled ??= this.compile();
    this.usable = this.source.usesItself(this.key) ? nowhere : this.compiled;
    return this.usable;
  }

  private compile(): Compiled {
    try {
      return this.source.compile(this.key) ?? nowhere;
    } catch {
      return nowhere;
    }
  }
}
