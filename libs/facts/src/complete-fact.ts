import type { Fact, FactDraft } from '#libs/contracts';

export interface FactBirth {
  readonly id: string;
  readonly at: Date;
  /** The service: `metadata.source`. */
  readonly source: string;
  readonly causationId?: string;
}

/** A draft with its envelope. */
export function completeFact<D>({ origin, ...draft }: FactDraft<D>, birth: FactBirth): Fact<D> {
  return {
    id: birth.id,
    type: draft.type,
    version: draft.version,
    timestamp: birth.at.toISOString(),
    org_id: draft.scope === 'platform' ? null : draft.scope,
    environment_id: draft.environmentId,
    actor: origin.actor,
    data: draft.data,
    metadata: {
      correlation_id: origin.request_id,
      causation_id: birth.causationId,
      source: birth.source,
      traceparent: origin.traceparent,
    },
  };
}
