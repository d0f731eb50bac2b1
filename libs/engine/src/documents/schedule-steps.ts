import { type Fields, isObject } from '#libs/kernel';
import { parseInstant } from '../values/instants.js';
import { configOf } from './flag-documents.js';

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Start times of the schedule of a rule or strategy. Invalid steps are skipped. */
function startsOf(rule: unknown): number[] {
  const schedule = isObject(rule) ? rule['schedule'] : undefined;
  if (!isObject(schedule)) return [];
  return list(schedule['steps'])
    .map((step) => (isObject(step) ? parseInstant(step['start_at']) : undefined))
    .filter((instant) => instant !== undefined);
}

const rulesOf = (config: unknown): readonly unknown[] => (isObject(config) ? list(config['rules']) : []);

/** Whether a strategy, or a rule of a flag in any environment, has a schedule. */
export function hasSchedule(document: unknown): boolean {
  if (!isObject(document)) return false;
  if (isObject(document['schedule'])) return true;
  const configs = document['configs'];
  if (!isObject(configs)) return false;
  for (const name in configs) {
    for (const rule of rulesOf(configs[name])) if (isObject(rule) && isObject(rule['schedule'])) return true;
  }
  return false;
}

/** Unix milliseconds at which the steps of a document start in one environment, in no particular order. */
export function stepInstants(document: unknown, configNames: readonly string[]): number[] {
  if (!isObject(document)) return [];
  const config: Fields | undefined = configOf(document, configNames);
  return [...startsOf(document), ...rulesOf(config).flatMap(startsOf)];
}
