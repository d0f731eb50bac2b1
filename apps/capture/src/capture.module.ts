import { Inject, Module } from '@nestjs/common';
import { KeyedEdgeModule } from '#libs/edge';
import { HostedService, RUNTIME, type Lifecycle, type Runtime } from '#libs/service';
import { composeCapture } from './composition.js';
import { CAPTURE_SETTINGS, type CaptureSettings } from './config.js';

@Module({ imports: [KeyedEdgeModule] })
export class CaptureModule extends HostedService {
  constructor(@Inject(RUNTIME) runtime: Runtime, @Inject(CAPTURE_SETTINGS) { maxQueueBytes }: CaptureSettings) {
    const { bus, clock, ids, metrics: registry, health } = runtime;
    const { packs, metrics, groupCommit, routes } = composeCapture({ bus, clock, ids, registry, maxQueueBytes });
    const gauges: Lifecycle = {
      start: () => metrics.watch({ heldBytes: () => groupCommit.heldBytes, fullness: () => packs.fullness() }),
    };
    const healthCheck: Lifecycle = {
      // A process that also evaluates flags is ready without the intake.
      start: () =>
        health.register({ name: 'intake', critical: runtime.name === 'capture', check: () => packs.check() }),
    };
    // After the last request was answered, while the bus still works.
    const drain: Lifecycle = { stop: () => groupCommit.drain() };
    super(runtime, { routes: [routes], lifecycles: [gauges, healthCheck, drain] });
  }
}
