import type { Schedule } from '#libs/contracts';
import { isObject } from '#libs/kernel';
import { isRfc3339, parseInstant } from '../values/instants.js';
import type { Problem } from './validate-conditions.js';

const MAX_STEPS = 100;

/** Checks a percentage before it is stored: a number from 0 to 100 with up to three decimals, or absent or `null` for none. */
export function validatePercentage(value: unknown, field = 'percentage'): Problem | undefined {
  if (value === undefined || value === null) return undefined;
  const fits = typeof value === 'number' && value >= 0 && value <= 100 && Number(value.toFixed(3)) === value;
  if (fits) return undefined;
  return { code: 'invalid_percentage', field, message: 'must be a number from 0 to 100 with up to three decimals' };
}

/** Checks a schedule before it is stored. Absent and `null` mean no schedule. */
export function validateSchedule(value: unknown, field = 'schedule'): Problem | undefined {
  if (value === undefined || value === null) return undefined;
  const steps = isObject(value) && Object.keys(value).every((key) => key === 'steps') ? value['steps'] : undefined;
  if (!Array.isArray(steps) || steps.length === 0 || steps.length > MAX_STEPS) {
    return { code: 'invalid_schedule', field, message: `must be {"steps": [1 to ${MAX_STEPS} steps]}` };
  }
  for (const [index, step] of steps.entries()) {
    const problem = validateStep(step, `${field}.steps[${index}]`);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function validateStep(step: unknown, field: string): Problem | undefined {
  const known = isObject(step) && Object.keys(step).every((key) => key === 'percentage' || key === 'start_at');
  if (!known) return { code: 'invalid_schedule', field, message: 'must be {"percentage", "start_at"}' };
  if (!isRfc3339(step['start_at'])) {
    return { code: 'invalid_schedule', field: `${field}.start_at`, message: 'must be an RFC 3339 time' };
  }
  return validatePercentage(step['percentage'] ?? Number.NaN, `${field}.percentage`);
}

/** The schedule as it is stored, with its steps in order of time. Steps at one instant keep their order. */
export function sortSchedule(schedule: Schedule): Schedule {
  const steps = [...schedule.steps];
  steps.sort((left, right) => (parseInstant(left.start_at) ?? 0) - (parseInstant(right.start_at) ?? 0));
  return { steps };
}
