import { z } from 'zod';
import { factEnvelope, type FactType } from '#libs/contracts';
import { toJsonSchema, type JsonSchema } from './json-schema.js';

/** Any fact of the catalogue, whatever its data. */
export type AnyFact = Pick<FactType<unknown>, 'type' | 'version' | 'meaning' | 'schema' | 'everyScope'>;

/** Where the schema of a released fact is kept. */
export function releasedFile({ type, version }: AnyFact): string {
  return `docs/schemas/facts/${type}.v${version}.json`;
}

/** The whole message, envelope and data: what a consumer in any language validates against. */
export function factSchema({ type, version, meaning, schema }: AnyFact): JsonSchema {
  const message = factEnvelope.extend({ type: z.literal(type), version: z.literal(version), data: schema });
  return { ...toJsonSchema(message), description: meaning };
}

/** The fields of the data alone. */
export function dataSchema({ schema }: AnyFact): JsonSchema {
  return toJsonSchema(schema);
}
