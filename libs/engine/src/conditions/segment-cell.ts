import { isObject } from '#libs/kernel';
import type { EvaluationContext } from '../values/evaluation.js';
import { compileBounded } from './bounded-conditions.js';
import type { Membership, References, SegmentMembers } from './compile-conditions.js';
import { never, type Run } from './condition-test.js';

type CompiledSegment = (context: EvaluationContext, run: Run) => Membership;

/** Work of a segment without conditions. */
const SEGMENT_UNITS = 50;

const unknownSegment: CompiledSegment = () => -1;

const idSet = (ids: unknown): ReadonlySet<unknown> => new Set(Array.isArray(ids) ? ids : []);

/** Excluded users are never members, included users always; conditions decide about all others. No conditions admit none. */
export function compileSegmentDocument(document: unknown, references: References): CompiledSegment {
  if (!isObject(document)) return unknownSegment;
  const included = idSet(document['included']);
  const excluded = idSet(document['excluded']);
  const conditions = document['conditions'];
  const test = conditions === undefined || conditions === null ? never : compileBounded(conditions, references);
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

/** Where a cell gets its compiled segment from. */
export interface SegmentSource {
  /** Returns `undefined` when there is no such segment. Throws when it cannot be compiled. */
  compile(key: string): CompiledSegment | undefined;
  /** Whether the segment depends on itself, directly or through other segments. */
  usesItself(key: string): boolean;
}

/**
 * The reference to a segment that compiled conditions hold. It compiles the segment on first use and again after a change,
 * so that flags need no recompilation when a segment changes. It caches the answer for one evaluation, so that segments
 * that use other segments take linear time.
 */
export class SegmentCell implements SegmentMembers {
  private compiled: CompiledSegment | undefined;
  /** The compiled segment, or `unknownSegment` when it depends on itself. `undefined` until this is determined. */
  private usable: CompiledSegment | undefined;
  private run: Run | undefined;
  private epoch = 2 ** 32 - 0.5;
  private answer: Membership = -1;

  constructor(
    private readonly key: string,
    private readonly source: SegmentSource,
  ) {}

  membership(context: EvaluationContext, run: Run): Membership {
    if (this.epoch === run.epoch && this.run === run) return this.answer;
    run.spend(SEGMENT_UNITS);
    const answer = (this.usable ?? this.prepare())(context, run);
    this.run = run;
    this.epoch = run.epoch;
    this.answer = answer;
    return answer;
  }

  /** Call when the segment itself changed. */
  reset(): void {
    this.compiled = undefined;
    this.resetUses();
  }

  /** Call when any segment changed: whether this one depends on itself must be determined again. */
  resetUses(): void {
    this.usable = undefined;
    this.run = undefined;
  }

  private prepare(): CompiledSegment {
    this.compiled ??= this.compile();
    this.usable = this.source.usesItself(this.key) ? unknownSegment : this.compiled;
    return this.usable;
  }

  private compile(): CompiledSegment {
    try {
      return this.source.compile(this.key) ?? unknownSegment;
    } catch {
      return unknownSegment;
    }
  }
}
