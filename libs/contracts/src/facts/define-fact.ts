import { z } from 'zod';
import type { Scope } from '../scope.js';
import type { Actor, Origin } from '../origin.js';

/** A fact on the bus: the envelope (specification 02, Messaging 3) with its data. */
export interface Fact<D = unknown> {
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly timestamp: string;
  readonly org_id: string | null;
  readonly environment_id?: string;
  readonly actor: Actor;
  readonly data: D;
  readonly metadata: {
    readonly correlation_id: string;
    readonly causation_id?: string;
    readonly source: string;
    readonly traceparent?: string;
  };
}

/** A fact without its id, time and source, which the outbox adds. */
export interface FactDraft<D = unknown> {
  readonly type: string;
  readonly version: number;
  readonly scope: Scope;
  readonly environmentId?: string;
  readonly origin: Origin;
  readonly data: D;
}

export interface FactType<D> {
  readonly type: string;
  readonly version: number;
  /** When the fact is published: one or two sentences for `docs/events.md` and the JSON schema. */
  readonly meaning: string;
  readonly schema: z.ZodType<D>;
  /** `flag.updated.<org>`. */
  subject(scope: Scope): string;
  /** `flag.updated.>`: the subject of every organization. */
  readonly everyScope: string;
  of(origin: Origin, data: D, environmentId?: string): FactDraft<D>;
}
export type FactOf<T> = T extends FactType<infer D> ? Fact<D> : never;

export function defineFact<S extends z.ZodType>(
  type: string,
  version: number,
  meaning: string,
  schema: S,
): FactType<z.infer<S>> {
  return {
    type,
    version,
    meaning,
    schema: schema as z.ZodType<z.infer<S>>,
    subject: (scope) => `${type}.${scope}`,
    everyScope: `${type}.>`,
    of: (origin, data, environmentId) => ({ type, version, scope: origin.scope, environmentId, origin, data }),
  };
}

/** The schema of the envelope; the type of the fact has the schema of `data`. */
export const factEnvelope = z.looseObject({
  id: z.string().describe('UUIDv7; the same in every delivery'),
  type: z.string(),
  version: z.number().int().describe("Version of the fact's schema"),
  timestamp: z.string().describe('RFC 3339, UTC'),
  org_id: z.string().nullable().describe('`null` for a fact of the platform'),
  environment_id: z.string().optional(),
  actor: z.looseObject({
    type: z.enum(['user', 'api_key', 'system']),
    id: z.string(),
    name: z.string().optional(),
  }),
  data: z.unknown(),
  metadata: z.looseObject({
    correlation_id: z.string().describe('Id of the request that caused the fact'),
    causation_id: z.string().optional().describe('Id of the fact that caused this one'),
    source: z.string().describe('The service that published the fact'),
    traceparent: z.string().optional().describe('W3C trace context'),
  }),
});

/**
 * Parses a message from the bus: checks the envelope and, by its type, the data. Keeps fields that a newer sender added.
 * @throws Error when the text is not a fact, or its type is not one of `known`
 */
export function parseFact(text: string, known: readonly FactType<unknown>[]): Fact {
  const fact = factEnvelope.parse(JSON.parse(text)) as unknown as Fact;
  const type = known.find((candidate) => candidate.type === fact.type && candidate.version === fact.version);
  if (type === undefined) throw new Error(`Unknown fact ${fact.type} v${fact.version}`);
  type.schema.parse(fact.data);
  return fact;
}

export function scopeOf(fact: Fact): Scope {
  return fact.org_id ?? 'platform';
}
