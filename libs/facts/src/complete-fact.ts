import type { Fact, FactDraft } from '#libs/contracts';

export interface FactStamp {
  readonly id: string;
  readonly at: Date;
  /** Name of the service that publishes the fact. */
  readonly source: string;
  readonly causationId?: string;
}

/** Adds the envelope to a draft. */
export function completeFact<D>({ origin, ...draft }: FactDraft<D>, stamp: FactStamp): Fact<D> {
  return {
    id: stamp.id,
    type: draft.type,
    version: draft.version,
    timestamp: stamp.at.toISOString(),
    org_id: draft.scope === 'platform' ? null : draft.scope,
    environment_id: draft.environmentId,
    actor: origin.actor,
    data: draft.data,
    metadata: {
      correlation_id: origin.request_id,
      causation_id: stamp.causationId,
      source: stamp.source,
      traceparent: origin.traceparent,
    },
  };
}
