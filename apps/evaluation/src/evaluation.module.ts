import { Inject, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { EdgeModule } from '#libs/edge';
import { RulesetReplica } from '#libs/rulesets';
import { METRICS, RUNTIME, type Runtime } from '#libs/service';
import { Clock } from '#libs/kernel';
import { CompiledRulesets } from './application/compiled-rulesets.js';
import { Evaluate } from './application/evaluate.js';
import { EvaluationCounts } from './application/evaluation-counts.js';
import { RulesetFeed } from './application/ports.js';
import { ReplicaFeed } from './cache/replica-feed.js';
import { evaluationMetrics } from './evaluation-metrics.js';
import { NativeRoutes } from './http/native-routes.js';
import { OfrepRoutes } from './http/ofrep-routes.js';
import { RulesetRoutes } from './http/ruleset-routes.js';
import { UsageReporter } from './messaging/usage-reporter.js';
import { EvaluationRpc } from './rpc/evaluation.rpc.js';

@Module({
  imports: [EdgeModule],
  controllers: [EvaluationRpc],
  providers: [
    {
      provide: RulesetFeed,
      useFactory: (replica: RulesetReplica) => new ReplicaFeed(replica),
      inject: [RulesetReplica],
    },
    EvaluationCounts,
    {
      provide: CompiledRulesets,
      useFactory: (feed: RulesetFeed, counts: EvaluationCounts) => new CompiledRulesets(feed, counts),
      inject: [RulesetFeed, EvaluationCounts],
    },
    {
      provide: UsageReporter,
      useFactory: (counts: EvaluationCounts, { publisher, clock, ids, logger, name }: Runtime) =>
        new UsageReporter({ counts, publisher, clock, ids, logger, source: name }),
      inject: [EvaluationCounts, RUNTIME],
    },
    {
      provide: Evaluate,
      useFactory: (rulesets: CompiledRulesets, clock: Clock) => new Evaluate(rulesets, clock),
      inject: [CompiledRulesets, Clock],
    },
    NativeRoutes,
    OfrepRoutes,
    RulesetRoutes,
  ],
})
export class EvaluationModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    @Inject(UsageReporter) private readonly usage: UsageReporter,
    @Inject(EvaluationCounts) private readonly counts: EvaluationCounts,
    @Inject(METRICS) private readonly metrics: Runtime['metrics'],
  ) {}

  onModuleInit(): void {
    evaluationMetrics(this.metrics, this.counts);
    this.usage.start();
  }

  /** The last request is answered; the bus still takes what is left. */
  async onApplicationShutdown(): Promise<void> {
    await this.usage.stop();
  }
}
