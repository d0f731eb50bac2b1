import type { FactoryProvider } from '@nestjs/common';
import { durables } from '#libs/contracts';
import { BatchConsumer, Bus, ConsumerMetrics } from '#libs/bus';
import { LOGGER } from '#libs/service';
import type { Logger } from '#libs/observability';
import { KeepPartitions } from './application/keep-partitions.js';
import { EventStore, type StoreResult } from './application/ports.js';
import { StorePacks } from './application/store-packs.js';
import { EventMetrics } from './messaging/event-metrics.js';
import { buryPart, onPacks } from './messaging/on-packs.js';

/** Two connections store more than one, and a third brings nothing on the machines that we measured. */
const LIMITS = { maxMessages: 200, maxBytes: 1024 * 1024, workers: 2 } as const;

export const storePacks: FactoryProvider<StorePacks> = {
  provide: StorePacks,
  inject: [EventStore, KeepPartitions, EventMetrics, LOGGER],
  useFactory: (store: EventStore, partitions: KeepPartitions, metrics: EventMetrics, logger: Logger) => {
    const makeMonths = (): void =>
      void partitions.execute().catch((err: unknown) => logger.warn({ err }, 'no partition for events that strayed'));
    return new StorePacks(store, (result: StoreResult) => {
      metrics.stored(result);
      if (result.strayed > 0) makeMonths();
    });
  },
};

export const eventsConsumer: FactoryProvider<BatchConsumer> = {
  provide: BatchConsumer,
  inject: [Bus, LOGGER, StorePacks, EventMetrics, ConsumerMetrics],
  useFactory: (bus: Bus, logger: Logger, storing: StorePacks, events: EventMetrics, metrics: ConsumerMetrics) => {
    const durable = durables.analyticsEvents;
    const onDead = (): void => {
      events.dead();
      metrics.dead(durable.name);
    };
    const handle = onPacks(storing, buryPart(bus, onDead));
    return new BatchConsumer(bus, logger, { durable, ...LIMITS, handle, metrics });
  },
};
