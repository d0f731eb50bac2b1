import { z } from 'zod';
import type { Scope } from '../scope.js';
import type { Actor, Origin } from '../origin.js';

/** The envelope of every fact on the bus (specification 02, Messaging 3). */
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

/** A fact before the outbox gives it its id, time and source. */
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
  readonly schema: z.ZodType<D>;
  /** `flag.updated.<org>`. */
  subject(scope: Scope): string;
  /** `flag.updated.>`: what a subscriber takes. */
  readonly everyScope: string;
  of(origin: Origin, data: D, environmentId?: string): FactDraft<D>;
}
export type FactOf<T> = T extends FactType<infer D> ? Fact<D> : never;

export function defineFact<S extends z.ZodType>(type: string, version: number, schema: S): FactType<z.infer<S>> {
  return {
    type,
    version,
    schema: schema as z.ZodType<z.infer<S>>,
    subject: (scope) => `${type}.${scope}`,
    everyScope: `${type}.>`,
    of: (origin, data, environmentId) => ({ type, version, scope: origin.scope, environmentId, origin, data }),
  };
}

/** The envelope as a schema; `data` is whatever the type says. */
export const factEnvelope = z.looseObject({
  id: z.string().describe('UUID, version 7; the same in every delivery'),
  type: z.string(),
  version: z.number().int().describe("Of the fact's schema"),
  timestamp: z.string().describe('RFC 3339, UTC'),
  org_id: z.string().nullable().describe('`null`: a fact of the platform'),
  environment_id: z.string().optional(),
  actor: z.looseObject({
    type: z.enum(['user', 'api_key', 'system']),
    id: z.string(),
    name: z.string().optional(),
  }),
  data: z.unknown(),
  metadata: z.looseObject({
    correlation_id: z.string().describe('The request that it began with'),
    causation_id: z.string().optional().describe('The fact that this one follows from'),
    source: z.string().describe('The service that published it'),
    traceparent: z.string().optional().describe('W3C trace context'),
  }),
});

/**
 * Reads a fact from the bus: the envelope and, by its type, the data. Fields that a newer sender added are kept.
 * @throws Error with what is wrong, when it is no fact or its type is none of `known`
 */
export function parseFact(text: string, known: readonly FactType<unknown>[]): Fact {
  const fact = factEnvelope.parse(JSON.parse(text)) as unknown as Fact;
  const type = known.find((candidate) => candidate.type === fact.type && candidate.version === fact.version);
  if (type === undefined) throw new Error(`Unknown fact ${fact.type} v${fact.version}`);
  type.schema.parse(fact.data);
  return fact;
}

/** The scope a fact belongs to. */
export function scopeOf(fact: Fact): Scope {
  return fact.org_id ?? 'platform';
}
