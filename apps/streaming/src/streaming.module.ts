import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { Clock } from '#libs/kernel';
import { EdgeModule, RulesetReplica, VersionReceipts } from '#libs/platform';
import { Channels } from './application/channels.js';
import { Rulesets } from './application/ports.js';
import { ReplicaRulesets } from './cache/replica-rulesets.js';
import { OfrepStreamRoutes } from './http/ofrep-stream-routes.js';
import { OpenStreams } from './http/open-streams.js';
import { StreamRoutes } from './http/stream-routes.js';

@Module({
  imports: [EdgeModule],
  providers: [
    {
      provide: Rulesets,
      useFactory: (replica: RulesetReplica) => new ReplicaRulesets(replica),
      inject: [RulesetReplica],
    },
    {
      provide: Channels,
      useFactory: (rulesets: Rulesets, clock: Clock) => new Channels(rulesets, clock),
      inject: [Rulesets, Clock],
    },
    OpenStreams,
    StreamRoutes,
    OfrepStreamRoutes,
  ],
})
export class StreamingModule implements OnModuleInit {
  constructor(
    @Inject(VersionReceipts) private readonly receipts: VersionReceipts,
    @Inject(OpenStreams) private readonly streams: OpenStreams,
  ) {}

  onModuleInit(): void {
    this.receipts.countStreams(() => this.streams.all());
  }
}
