import type { Workplace } from '#libs/testing';
import { documentOf } from '../engine/loom.js';
import { segments, workloadFlags, type WorkloadFlag } from '../engine/workload.js';

export const FLAGS = 200;
const BULK = 100;
/** Of the floor. */
export const PATHS = { single: '/single', bulk: '/bulk', unchanged: '/unchanged' } as const;

/** The workload of the engine's bench, made through the management API. */
export async function createFlags({ person }: Workplace): Promise<void> {
  const documents = workloadFlags(FLAGS).map((flag) => ({ flag, document: documentOf(flag) }));
  await person.must('POST', '/segments', { key: 'beta', name: 'Beta', conditions: betaConditions() });
  for (let i = 0; i < FLAGS; i += BULK) {
    const items = documents.slice(i, i + BULK).map(({ document: { key, type, variants, default_variant, salt } }) => ({
      key,
      name: key,
      type,
      salt,
      variants,
      default_variant,
    }));
    await person.must('POST', '/bulk/flags', { items });
  }
  for (const { flag } of documents) await person.must('PATCH', `/flags/${flag.key}/configs/dev`, configOf(flag));
}

function configOf(flag: WorkloadFlag): object {
  const { enabled, rules } = documentOf(flag).configs['environment-id']!;
  return { enabled, rules };
}

function betaConditions(): object {
  const operators = { endsWith: 'ends_with', eq: 'equals' } as const;
  return {
    any: segments['beta']!.map(({ attribute, op, value }) => ({
      attribute,
      operator: operators[op as keyof typeof operators],
      value,
    })),
  };
}
