import { Inject, Module } from '@nestjs/common';
import { KeyCheck } from '#libs/api-keys';
import { EDGE, EdgeModule, type Edge } from '#libs/edge';
import { HostedService, RUNTIME, type Runtime } from '#libs/service';
import { composeStreaming } from './composition.js';
import { STREAMING_SETTINGS, type StreamingSettings } from './config.js';
import { streamMetrics } from './metrics/stream-metrics.js';

@Module({ imports: [EdgeModule] })
export class StreamingModule extends HostedService {
  constructor(
    @Inject(RUNTIME) runtime: Runtime,
    @Inject(STREAMING_SETTINGS) settings: StreamingSettings,
    @Inject(KeyCheck) keys: KeyCheck,
    @Inject(EDGE) { replica: reader, tokens, receipts }: Edge,
  ) {
    const { redis, clock, metrics, streamPlaces: places } = runtime;
    const { maxPerKey } = runtime.settings.streams;
    const deps = { reader, keys, tokens, redis, clock, settings, places, maxPerKey };
    const { streams, queue, routes, jobs } = composeStreaming(deps);
    streamMetrics(metrics, { streams, queue, places });
    receipts.countStreams(() => streams.all());
    super(runtime, { routes, jobs, lifecycles: [{ beforeStop: () => streams.endAll() }] });
  }
}
