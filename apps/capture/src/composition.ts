import type { Registry } from 'prom-client';
import type { Bus } from '#libs/bus';
import type { Clock, Ids } from '#libs/kernel';
import { GroupCommit } from './application/intake/group-commit.js';
import { CaptureRoutes } from './http/capture-routes.js';
import { JetStreamPacks } from './messaging/jet-stream-packs.js';
import { LatestAddressSettings } from './messaging/latest-address-settings.js';
import { CaptureMetrics } from './metrics/capture-metrics.js';

export interface CaptureDependencies {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly registry: Registry;
  readonly maxQueueBytes: number;
}

/** The capture service: group commit, its publisher, metrics and routes. */
export function composeCapture({ bus, clock, ids, registry, maxQueueBytes }: CaptureDependencies) {
  const packs = new JetStreamPacks(bus);
  const metrics = new CaptureMetrics(registry);
  const groupCommit = new GroupCommit({ publisher: packs, ids, meter: metrics, maxQueueBytes });
  const routes = new CaptureRoutes(groupCommit, new LatestAddressSettings(bus), metrics, clock, ids);
  return { packs, metrics, groupCommit, routes };
}
