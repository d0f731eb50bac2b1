import { Inject, Module } from '@nestjs/common';
import { EDGE, EdgeModule, GEO_SETTINGS, type Edge, type GeoSettings } from '#libs/edge';
import { HostedService, RUNTIME, type Runtime } from '#libs/service';
import { composeEvaluation } from './composition.js';
import { evaluationMetrics } from './metrics/evaluation-metrics.js';
import { evaluationHandlers } from './rpc/evaluations.handlers.js';

@Module({ imports: [EdgeModule] })
export class EvaluationModule extends HostedService {
  constructor(
    @Inject(RUNTIME) runtime: Runtime,
    @Inject(EDGE) { replica: reader, tokens }: Edge,
    @Inject(GEO_SETTINGS) geo: GeoSettings,
  ) {
    const { publisher, clock, ids, logger, name: source } = runtime;
    const evaluation = composeEvaluation({ reader, tokens, publisher, clock, ids, logger, source, geo });
    evaluationMetrics(runtime.metrics, evaluation.counts);
    super(runtime, {
      handlers: evaluationHandlers(evaluation),
      routes: evaluation.routes,
      jobs: [evaluation.usage.job, ...evaluation.jobs],
      lifecycles: [{ stop: () => evaluation.usage.stop() }],
    });
  }
}
