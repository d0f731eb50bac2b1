import { isObject } from '#libs/kernel';
import { milliPercent } from '../hashing/buckets.js';
import { parseInstant } from '../values/instants.js';
import { Uncompilable } from './uncompilable.js';

export interface Step {
  /** Unix milliseconds. */
  readonly at: number;
  /** Thousandths of a percent. */
  readonly milli: number;
}

/**
 * Thousandths of a percent of a stored percentage.
 * @throws Uncompilable unless it is a number from 0 to 100
 */
export function storedPercentage(value: unknown): number {
  if (typeof value !== 'number' || !(value >= 0 && value <= 100))
    throw new Uncompilable('A percentage is not in 0..100');
  return milliPercent(value);
}

/**
 * Steps in order of time. Of several steps at one instant the last one applies.
 * @throws Uncompilable
 */
export function compileSchedule(schedule: unknown): readonly Step[] {
  const steps = isObject(schedule) ? schedule['steps'] : undefined;
  if (!Array.isArray(steps)) throw new Uncompilable('A schedule has no steps');
  return steps.map(compileStep).sort((left, right) => left.at - right.at);
}

function compileStep(step: unknown): Step {
  const at = isObject(step) && typeof step['start_at'] === 'string' ? parseInstant(step['start_at']) : undefined;
  if (at === undefined) throw new Uncompilable('A step of a schedule has no start_at');
  return { at, milli: storedPercentage((step as { percentage?: unknown }).percentage) };
}

/** Index of the latest step that starts at or before `now`, or -1. */
export function stepAt(steps: readonly Step[], now: number): number {
  let index = steps.length - 1;
  while (index >= 0 && !(steps[index]!.at <= now)) index--;
  return index;
}

/** Thousandths of a percent in force at `now`. 0 before the first step. */
export function scheduledMilli(steps: readonly Step[], now: number): number {
  const index = stepAt(steps, now);
  return index < 0 ? 0 : steps[index]!.milli;
}
