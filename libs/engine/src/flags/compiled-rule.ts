import { Fields } from '#libs/kernel';
import { type Reader, readerOf } from '../conditions/attributes.js';
import { always, type Run, type Test } from '../conditions/condition-test.js';
import { compileConditions, type References } from '../conditions/conditions.js';
import { compileSchedule, scheduledMilli, type Step, storedPercentage } from '../documents/schedules.js';
import { Uncompilable } from '../documents/uncompilable.js';
import { bucketValue, EVERYONE, isAdmitted } from '../hashing/buckets.js';
import { type HashPrefix, hashWith } from '../hashing/hash.js';
import type { EvaluationContext } from '../values/evaluation.js';

/** Whether a rule takes a context, and what decided. */
export const NOT_ADMITTED = 0;
/** The conditions hold, the percentage says no. */
export const TURNED_AWAY = 1;
/** The conditions hold, a percentage is to decide, and the bucket key value is absent. */
export const NO_BUCKET_KEY = 2;
export const ADMITTED = 3;
export const ADMITTED_BY_HASH = 4;
export type Admission = 0 | 1 | 2 | 3 | 4;

/** Conditions with a percentage or a schedule: an inline rule or a strategy, compiled. */
export interface CompiledBody {
  readonly test: Test;
  readonly steps: readonly Step[] | undefined;
  /** Thousandths of a percent, when there is no schedule; `EVERYONE` when there is no percentage either. */
  readonly milli: number;
  /** As written; `undefined` means `user_id` for percentages and the first identity there is for splits. */
  readonly bucketBy: string | undefined;
  readonly readKey: Reader;
}

const isAbsent = (value: unknown): value is undefined | null => value === undefined || value === null;

/** Throws `Uncompilable`. */
export function compileBody(body: Fields, references: References): CompiledBody {
  const { conditions, percentage, schedule, bucket_by: by } = body;
  const bucketBy = isAbsent(by) ? undefined : by;
  if (bucketBy !== undefined && (typeof bucketBy !== 'string' || bucketBy === ''))
    throw new Uncompilable('bucket_by is no name');
  return {
    test: isAbsent(conditions) ? always : compileConditions(conditions, references),
    steps: isAbsent(schedule) ? undefined : compileSchedule(schedule),
    milli: isAbsent(percentage) ? EVERYONE : storedPercentage(percentage),
    bucketBy,
    readKey: readerOf(bucketBy ?? 'user_id'),
  };
}

/** Conditions, then the schedule or percentage; 100 admits without hashing, 0 nobody without a look at the key. */
export function admit(body: CompiledBody, salt: HashPrefix, context: EvaluationContext, run: Run): Admission {
  if (body.test !== always && !body.test(context, run)) return NOT_ADMITTED;
  const milli = body.steps === undefined ? body.milli : scheduledMilli(body.steps, run.now);
  if (milli === EVERYONE) return ADMITTED;
  if (milli === 0) return NOT_ADMITTED;
  const value = bucketValue(body.bucketBy === undefined ? context.user_id : body.readKey(context));
  if (value === undefined) return NO_BUCKET_KEY;
  return isAdmitted(hashWith(salt, value), milli) ? ADMITTED_BY_HASH : TURNED_AWAY;
}

/** The bucket key value of a split: the rule's `bucket_by` when given, else the first identity there is. */
export function splitKey(body: CompiledBody, context: EvaluationContext): string | undefined {
  const { user_id: userId } = context;
  if (body.bucketBy !== undefined) return bucketValue(body.readKey(context));
  return bucketValue(userId) ?? bucketValue(context.org_id) ?? bucketValue(context.session_id);
}
