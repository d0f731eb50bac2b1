import { BatchConsumer, type Bus, type ConsumerMetrics } from '#libs/bus';
import { durables } from '#libs/contracts';
import type { Logger } from '#libs/observability';
import type { StorePacks } from '../application/packs/store-packs.js';
import type { EventMetrics } from '../metrics/event-metrics.js';
import { buryPart, onPacks } from './on-packs.js';

/** Two connections store more than one; a third was no faster on the machines that we measured. */
const LIMITS = { maxMessages: 200, maxBytes: 1024 * 1024, workers: 2 } as const;

interface Process {
  readonly bus: Bus;
  readonly logger: Logger;
  readonly consumerMetrics: ConsumerMetrics;
}

/** The consumer of packs; it is started and stopped with the service. */
export function eventConsumer(
  { storePacks, metrics }: { readonly storePacks: StorePacks; readonly metrics: EventMetrics },
  { bus, logger, consumerMetrics }: Process,
): BatchConsumer {
  const durable = durables.analyticsEvents;
  const onDead = (): void => {
    metrics.dead();
    consumerMetrics.dead(durable.name);
  };
  const handle = onPacks(storePacks, buryPart(bus, onDead));
  return new BatchConsumer(bus, logger, { durable, ...LIMITS, handle, metrics: consumerMetrics });
}
