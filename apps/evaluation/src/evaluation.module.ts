import { Module } from '@nestjs/common';
import { EdgeModule, RulesetReplica } from '#libs/platform';
import { Clock } from '#libs/kernel';
import { CompiledRulesets } from './application/compiled-rulesets.js';
import { Evaluate } from './application/evaluate.js';
import { RulesetFeed } from './application/ports.js';
import { ReplicaFeed } from './cache/replica-feed.js';
import { NativeRoutes } from './http/native-routes.js';
import { OfrepRoutes } from './http/ofrep-routes.js';
import { RulesetRoutes } from './http/ruleset-routes.js';
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
    { provide: CompiledRulesets, useFactory: (feed: RulesetFeed) => new CompiledRulesets(feed), inject: [RulesetFeed] },
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
export class EvaluationModule {}
