import { Inject, Module } from '@nestjs/common';
import { KeyCheck, KeysModule } from '#libs/api-keys';
import { registerGuard } from '#libs/http';
import { HostedService, provide, RUNTIME, type Runtime, type Token } from '#libs/service';
import { composeEdge, type Edge } from './composition.js';
import { edgeMetrics } from './metrics/edge-metrics.js';
import { keysGuard } from './keys/keys-guard.js';

export const EDGE: Token<Edge> = 'Edge';

/** The rulesets and the check of API keys, shared by the edge services of a process. */
@Module({
  imports: [KeysModule],
  providers: [provide(EDGE, [RUNTIME, KeyCheck], composeEdge)],
  exports: [EDGE, KeysModule],
})
export class EdgeModule extends HostedService {
  constructor(
    @Inject(RUNTIME) runtime: Runtime,
    @Inject(KeyCheck) keys: KeyCheck,
    @Inject(EDGE) { replica, readiness, jobs, lifecycle }: Edge,
  ) {
    const { metrics: registry, health, name: service } = runtime;
    edgeMetrics({ registry, replica, keys, service });
    health.register({ name: 'ruleset', critical: true, check: async () => readiness.check() });
    const guard = keysGuard(keys, () => readiness.isInitialised);
    super(runtime, {
      routes: [{ register: (http) => registerGuard(http, 'keys', guard) }],
      jobs,
      lifecycles: [lifecycle],
    });
  }
}
