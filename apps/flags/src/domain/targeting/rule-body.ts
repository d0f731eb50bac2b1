import type { Condition, RuleBody, Schedule } from '#libs/contracts';
import { sortSchedule, validateConditions, validatePercentage, validateSchedule, type ConditionsBudget, type Problem } from '#libs/engine'; // prettier-ignore
import { invalid } from '#libs/kernel';

const MAX_BUCKET_BY = 200;

/**
 * The conditions, percentage and schedule of a strategy or an inline rule, as they are stored: steps of a schedule in order.
 * `prefix` precedes the names of fields in refusals: `rules[0].`. `budget` is that of all rules that are read together.
 * @throws AppError `invalid_condition`, `invalid_pattern`, `invalid_percentage`, `invalid_schedule`
 */
export function readRuleBody(
  fields: Readonly<Record<string, unknown>> | Partial<RuleBody>,
  prefix: string,
  budget?: ConditionsBudget,
): RuleBody {
  const { conditions, percentage, bucket_by, schedule } = fields;
  refuse(validatePercentage(percentage, `${prefix}percentage`));
  const bucketBy = readBucketBy(bucket_by, `${prefix}bucket_by`);
  const sorted = readSchedule(schedule, `${prefix}schedule`);
  return {
    conditions: readConditions(conditions ?? [], `${prefix}conditions`, budget),
    ...(percentage === undefined || percentage === null ? {} : { percentage: percentage as number }),
    ...(bucketBy === undefined ? {} : { bucket_by: bucketBy }),
    ...(sorted === undefined ? {} : { schedule: sorted }),
  };
}

/** @throws AppError `invalid_condition`, `invalid_pattern` */
export function readConditions(conditions: unknown, field: string, budget?: ConditionsBudget): Condition {
  refuse(validateConditions(conditions, field, budget).problem);
  return conditions as Condition;
}

function readBucketBy(name: unknown, field: string): string | undefined {
  if (name === undefined || name === null) return undefined;
  if (typeof name !== 'string') throw invalid('invalid_type', field, 'must be the name of an attribute');
  if (name === '' || name.length > MAX_BUCKET_BY)
    throw invalid('invalid_rule', field, `1 to ${MAX_BUCKET_BY} characters`);
  return name;
}

function readSchedule(schedule: unknown, field: string): Schedule | undefined {
  if (schedule === undefined || schedule === null) return undefined;
  refuse(validateSchedule(schedule, field));
  return sortSchedule(schedule as Schedule);
}

function refuse(problem: Problem | undefined): void {
  if (problem !== undefined) throw invalid(problem.code, problem.field, problem.message);
}
