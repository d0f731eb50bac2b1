import { Module } from '@nestjs/common';
import { EdgeModule, RulesetReplica } from '#libs/platform';
import { CompiledRulesets } from './application/compiled-rulesets.js';
import { RulesetFeed } from './application/ports.js';
import { ReplicaFeed } from './cache/replica-feed.js';
import { NativeRoutes } from './http/native-routes.js';
import { OfrepRoutes } from './http/ofrep-routes.js';

@Module({
  imports: [EdgeModule],
  providers: [
    {
      provide: RulesetFeed,
      useFactory: (replica: RulesetReplica) => new ReplicaFeed(replica),
      inject: [RulesetReplica],
    },
    { provide: CompiledRulesets, useFactory: (feed: RulesetFeed) => new CompiledRulesets(feed), inject: [RulesetFeed] },
    NativeRoutes,
    OfrepRoutes,
  ],
})
export class EvaluationModule {}
