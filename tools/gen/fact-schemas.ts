import { z } from 'zod';
import { factEnvelope, factMeanings, type FactType } from '#libs/contracts';
import { toJsonSchema, type JsonSchema } from './json-schema.js';

/** Any fact of the catalogue; what its data is does not matter here. */
export type AnyFact = Pick<FactType<unknown>, 'type' | 'version' | 'schema' | 'everyScope'>;

/** Where the schema of a released fact is kept. */
export function releasedFile({ type, version }: AnyFact): string {
  return `docs/schemas/facts/${type}.v${version}.json`;
}

/** The whole message, envelope and data: what a consumer in any language validates against. */
export function factSchema(fact: AnyFact): JsonSchema {
  const { type, version, schema } = fact;
  const message = factEnvelope.extend({ type: z.literal(type), version: z.literal(version), data: schema });
  return { ...toJsonSchema(message), description: meaningOf(fact) };
}

/** The fields of the data alone. */
export function dataSchema({ schema }: AnyFact): JsonSchema {
  return toJsonSchema(schema);
}

/** @throws Error for a fact that nobody has explained */
export function meaningOf({ type }: AnyFact): string {
  const meaning = factMeanings[type];
  if (meaning === undefined) throw new Error(`Say in libs/contracts/src/facts/meanings.ts when ${type} is published`);
  return meaning;
}
