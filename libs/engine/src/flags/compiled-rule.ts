import type { Fields } from '#libs/kernel';
import { type Reader, readerOf } from '../conditions/attributes.js';
import { compileBounded } from '../conditions/bounded-conditions.js';
import type { References } from '../conditions/compile-conditions.js';
import { always, type Run, type Test } from '../conditions/condition-test.js';
import { compileSchedule, scheduledMilli, type Step, storedPercentage } from '../documents/schedules.js';
import { Uncompilable } from '../documents/uncompilable.js';
import { bucketValue, FULL_PERCENTAGE, isAdmitted, spendOnHash } from '../hashing/buckets.js';
import { type HashPrefix, hashWith } from '../hashing/hash.js';
import type { EvaluationContext } from '../values/evaluation.js';

/** The conditions do not hold, or the percentage is 0. */
export const NOT_ADMITTED = 0;
/** The conditions hold, and the hash is above the percentage. */
export const NOT_IN_ROLLOUT = 1;
/** The conditions hold, the percentage needs a hash, and the bucket key value is absent. */
export const NO_BUCKET_KEY = 2;
export const ADMITTED = 3;
export const ADMITTED_BY_HASH = 4;
/** Whether a rule admits a context, and what decided. */
export type Admission = 0 | 1 | 2 | 3 | 4;

/** An inline rule or a strategy, compiled: conditions with a percentage or a schedule. */
export interface CompiledRule {
  readonly test: Test;
  readonly steps: readonly Step[] | undefined;
  /** Thousandths of a percent when there is no schedule. `FULL_PERCENTAGE` when there is no percentage either. */
  readonly milli: number;
  /** As stored. Default: `user_id` for percentages, the first identity present for splits. */
  readonly bucketBy: string | undefined;
  readonly readKey: Reader;
}

const isAbsent = (value: unknown): value is undefined | null => value === undefined || value === null;

/** @throws Uncompilable */
export function compileRule(rule: Fields, references: References): CompiledRule {
  const { conditions, percentage, schedule, bucket_by: by } = rule;
  const bucketBy = isAbsent(by) ? undefined : by;
  if (bucketBy !== undefined && (typeof bucketBy !== 'string' || bucketBy === ''))
    throw new Uncompilable('bucket_by is not a name');
  return {
    test: isAbsent(conditions) ? always : compileBounded(conditions, references),
    steps: isAbsent(schedule) ? undefined : compileSchedule(schedule),
    milli: isAbsent(percentage) ? FULL_PERCENTAGE : storedPercentage(percentage),
    bucketBy,
    readKey: readerOf(bucketBy ?? 'user_id'),
  };
}

/** Tests the conditions, then the schedule or percentage. 100 % and 0 % need no bucket key. */
export function admit(rule: CompiledRule, salt: HashPrefix, context: EvaluationContext, run: Run): Admission {
  if (rule.test !== always && !rule.test(context, run)) return NOT_ADMITTED;
  const milli = rule.steps === undefined ? rule.milli : scheduledMilli(rule.steps, run.now);
  if (milli === FULL_PERCENTAGE) return ADMITTED;
  if (milli === 0) return NOT_ADMITTED;
  const value = bucketValue(rule.bucketBy === undefined ? context.user_id : rule.readKey(context));
  if (value === undefined) return NO_BUCKET_KEY;
  spendOnHash(value, run);
  return isAdmitted(hashWith(salt, value), milli) ? ADMITTED_BY_HASH : NOT_IN_ROLLOUT;
}

/** The bucket key value of a split: that of `bucket_by` when given, else the first of user, organization and session id. */
export function splitKey(rule: CompiledRule, context: EvaluationContext): string | undefined {
  const { user_id: userId } = context;
  if (rule.bucketBy !== undefined) return bucketValue(rule.readKey(context));
  return bucketValue(userId) ?? bucketValue(context.org_id) ?? bucketValue(context.session_id);
}
