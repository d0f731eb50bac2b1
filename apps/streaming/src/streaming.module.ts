import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { Clock } from '#libs/kernel';
import { EdgeModule } from '#libs/edge';
import { RulesetReplica, VersionReceipts } from '#libs/rulesets';
import { RedisConnection } from '#libs/redis';
import { Admission, type Surroundings } from './application/admission.js';
import { Channels } from './application/channels.js';
import { DeltaArchive, Rulesets } from './application/ports.js';
import { RedisDeltas } from './cache/redis-deltas.js';
import { ReplicaRulesets } from './cache/replica-rulesets.js';
import { STREAMING_SETTINGS, type StreamingSettings } from './config.js';
import { Entrance } from './http/entrance.js';
import { OfrepStreamRoutes } from './http/ofrep-stream-routes.js';
import { OpenStreams } from './http/open-streams.js';
import { StreamMetrics } from './http/stream-metrics.js';
import { StreamRoutes } from './http/stream-routes.js';

const surroundings: Surroundings = {
  now: () => performance.now(),
  nextTurn: (work) => void setImmediate(work),
  random: () => Math.random(),
};

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
    {
      provide: Admission,
      useFactory: ({ maxOpening: waiting }: StreamingSettings) =>
        new Admission({ waiting, perTurnMs: 5, deadlineMs: 10_000 }, surroundings),
      inject: [STREAMING_SETTINGS],
    },
    Entrance,
    OpenStreams,
    StreamMetrics,
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
