import { type Fields, isObject } from '#libs/kernel';
import { parseInstant } from '../values/instants.js';
import { configOf } from './flag-documents.js';

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Instants of a body's schedule, whatever its shape. */
function instantsOf(body: unknown): number[] {
  const schedule = isObject(body) ? body['schedule'] : undefined;
  if (!isObject(schedule)) return [];
  return list(schedule['steps'])
    .map((step) => (isObject(step) ? parseInstant(step['start_at']) : undefined))
    .filter((instant) => instant !== undefined);
}

const rulesOf = (config: unknown): readonly unknown[] => (isObject(config) ? list(config['rules']) : []);

/** Whether a flag or strategy has a schedule in any environment. */
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

/** When steps of a document come into force in one environment: unix milliseconds, in no order. */
export function stepInstants(document: unknown, configNames: readonly string[]): number[] {
  if (!isObject(document)) return [];
  const config: Fields | undefined = configOf(document, configNames);
  return [...instantsOf(document), ...rulesOf(config).flatMap(instantsOf)];
}
