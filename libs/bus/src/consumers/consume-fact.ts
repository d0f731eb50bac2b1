import type { Fact } from '#libs/contracts';
import { withLogContext, type Logger, type QueryTotals } from '#libs/observability';
import type { ConsumerMetrics } from './consumer-metrics.js';

export interface ConsumedFact {
  readonly consumer: string;
  readonly fact: Fact;
  readonly logger: Logger;
  readonly metrics?: ConsumerMetrics;
}

/** Handles a fact in the log context of the request that caused it, with one line at debug when it ends, and counts it. */
export function consumeFact<T>(consumed: ConsumedFact, handle: () => Promise<T>): Promise<T> {
  const { org_id, actor, metadata } = consumed.fact;
  const context = {
    request_id: metadata.correlation_id,
    org_id: org_id ?? 'platform',
    ...(actor.type === 'user' && { user_id: actor.id }),
    traceparent: metadata.traceparent,
  };
  const totals: QueryTotals = { queries: 0, queryMs: 0, rows: 0 };
  return withLogContext(context, () => observed(consumed, totals, handle), totals);
}

async function observed<T>(consumed: ConsumedFact, totals: QueryTotals, handle: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  let outcome: 'ok' | 'failed' = 'failed';
  try {
    const result = await handle();
    outcome = 'ok';
    return result;
  } finally {
    ended(consumed, totals, outcome, performance.now() - startedAt);
  }
}

function ended(
  { consumer, fact, logger, metrics }: ConsumedFact,
  { queries, queryMs, rows }: QueryTotals,
  outcome: 'ok' | 'failed',
  ms: number,
): void {
  metrics?.observe(consumer, fact.type, outcome, ms);
  if (!logger.isLevelEnabled('debug')) return;
  const measured = { duration_ms: Math.round(ms * 10) / 10, queries, query_ms: Math.round(queryMs * 10) / 10, rows };
  const fields = { component: 'messaging', action: 'consume', operation: consumer, fact: fact.id, type: fact.type };
  logger.debug({ ...fields, outcome, ...measured }, 'a fact was consumed');
}
