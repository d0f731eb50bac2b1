import type { Actor, AuditRecordedV1, FactOf } from '#libs/contracts';

export type AuditFact = FactOf<typeof AuditRecordedV1>;

/** An audit entry (specification 08) without its place in the chain. Snake case: readers outside the platform see it as it is. */
export interface Entry {
  readonly id: string;
  readonly org_id: string | null;
  readonly timestamp: string;
  readonly event: string;
  readonly severity: string;
  /** `impersonator` is always null: there is no way to act as another person. */
  readonly actor: Actor & { readonly impersonator: null };
  readonly action: string;
  readonly resource_type: string;
  readonly resource_id: string;
  readonly resource_key: string | null;
  readonly environment: string | null;
  readonly before: unknown;
  readonly after: unknown;
  /** RFC 6902: turns `before` into `after`. */
  readonly diff: unknown;
  readonly reason: string | null;
  readonly note: string | null;
  readonly request_id: string;
  readonly trace_id: string | null;
  readonly user_agent: string | null;
  /** Not in lists. */
  readonly ip: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** The entry of a fact. It has the fact's id, so that one mutation can be followed from service to service. */
export function entryOf(fact: AuditFact, diff: unknown): Entry {
  const { data } = fact;
  return {
    id: fact.id,
    org_id: fact.org_id,
    timestamp: fact.timestamp,
    event: data.event,
    severity: data.severity,
    actor: { ...fact.actor, impersonator: null },
    action: data.action,
    resource_type: data.resource_type,
    resource_id: data.resource_id,
    resource_key: data.resource_key,
    environment: data.environment,
    before: data.before ?? null,
    after: data.after ?? null,
    diff,
    reason: data.reason,
    note: data.note,
    request_id: data.request_id,
    trace_id: traceIdOf(fact.metadata.traceparent),
    user_agent: data.user_agent,
    ip: data.ip ?? null,
    metadata: data.metadata,
  };
}

/** The second field of a W3C traceparent: `00-<trace id>-<span id>-01`. */
function traceIdOf(traceparent: string | undefined): string | null {
  return /^[0-9a-f]{2}-([0-9a-f]{32})-/.exec(traceparent ?? '')?.[1] ?? null;
}
