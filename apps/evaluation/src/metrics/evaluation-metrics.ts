import { Counter, type Registry } from 'prom-client';
import type { EvaluationCounts } from '../application/evaluation-counts.js';

/** `loom_evaluations_total` by kind of reason, as of the last time that the counts were taken: at most 5 s ago. */
export function evaluationMetrics(registry: Registry, { byReason }: EvaluationCounts): void {
  const total: Counter = new Counter({
    name: 'loom_evaluations_total',
    help: 'Evaluations by kind of reason, without dry runs',
    labelNames: ['reason'],
    registers: [registry],
    collect: () => {
      total.reset();
      for (const [reason, count] of byReason) total.inc({ reason }, count);
    },
  });
}
