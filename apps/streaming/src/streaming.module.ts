import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { Clock } from '#libs/kernel';
import { EdgeModule, RedisConnection, RulesetReplica, VersionReceipts } from '#libs/platform';
import { Channels } from './application/channels.js';
import { DeltaArchive, Rulesets } from './application/ports.js';
import { RedisDeltas } from './cache/redis-deltas.js';
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
      provide: DeltaArchive,
      useFactory: (redis: RedisConnection) => new RedisDeltas(redis),
      inject: [RedisConnection],
    },
    {
      provide: Channels,
      useFactory: (rulesets: Rulesets, archive: DeltaArchive, clock: Clock) => new Channels(rulesets, archive, clock),
      inject: [Rulesets, DeltaArchive, Clock],
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
