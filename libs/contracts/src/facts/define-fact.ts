import { z } from 'zod';
import type { Scope } from '../documents/documents.js';
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

const envelope = z.looseObject({
  id: z.string(),
  type: z.string(),
  version: z.number().int(),
  timestamp: z.string(),
  org_id: z.string().nullable(),
  actor: z.looseObject({ type: z.enum(['user', 'api_key', 'system']), id: z.string() }),
  data: z.unknown(),
  metadata: z.looseObject({ correlation_id: z.string(), source: z.string() }),
});

/**
 * Reads a fact from the bus: the envelope and, by its type, the data. Fields that a newer sender added are kept.
 * @throws Error with what is wrong, when it is no fact or its type is none of `known`
 */
export function parseFact(text: string, known: readonly FactType<unknown>[]): Fact {
  const fact = envelope.parse(JSON.parse(text)) as unknown as Fact;
  const type = known.find((candidate) => candidate.type === fact.type && candidate.version === fact.version);
  if (type === undefined) throw new Error(`Unknown fact ${fact.type} v${fact.version}`);
  type.schema.parse(fact.data);
  return fact;
}

/** The scope a fact belongs to. */
export function scopeOf(fact: Fact): Scope {
  return fact.org_id ?? 'platform';
}
