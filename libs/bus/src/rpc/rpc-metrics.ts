import { Histogram, type Registry } from 'prom-client';

/** `refused`: an expected failure with a 4xx status; `failed`: anything with a 5xx status. */
export type RpcOutcome = 'ok' | 'refused' | 'failed';

const BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const LABELS = ['subject', 'outcome'] as const;

/** Rates, errors and durations of requests between services. Subjects are those of the RPC tables: a bounded set. */
export class RpcMetrics {
  readonly #served: Histogram<(typeof LABELS)[number]>;
  readonly #asked: Histogram<(typeof LABELS)[number]>;

  constructor(registry: Registry) {
    const histogram = (name: string, help: string) =>
      new Histogram({ name, help, labelNames: LABELS, buckets: BUCKETS_S, registers: [registry] });
    this.#served = histogram('loom_rpc_served_duration_seconds', 'RPC requests that this process answered');
    this.#asked = histogram('loom_rpc_asked_duration_seconds', 'RPC requests that this process sent');
  }

  served(subject: string, outcome: RpcOutcome, ms: number): void {
    this.#served.observe({ subject, outcome }, ms / 1_000);
  }

  asked(subject: string, outcome: RpcOutcome, ms: number): void {
    this.#asked.observe({ subject, outcome }, ms / 1_000);
  }
}

/** The outcome of an RPC that ended with this HTTP status. */
export function outcomeOf(status: number): RpcOutcome {
  if (status < 400) return 'ok';
  return status < 500 ? 'refused' : 'failed';
}
