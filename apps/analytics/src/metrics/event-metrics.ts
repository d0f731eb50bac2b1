import { Counter, Histogram, type Registry } from 'prom-client';
import type { StoreResult } from '../application/packs/ports.js';

const SIZES = [1, 10, 50, 100, 500, 1_000, 2_000, 5_000, 10_000];
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** Stored, duplicate and dead events, on `/metrics`. `loom_consumer_lag` shows the events that wait. */
export class EventMetrics {
  readonly #events: Counter;
  readonly #batch: Histogram;
  readonly #seconds: Histogram;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#events = new Counter({
      name: 'loom_analytics_events_total',
      help: 'Events received from the intake, by outcome: stored, duplicate, dead',
      labelNames: ['outcome'],
      registers,
    });
    for (const outcome of ['stored', 'duplicate', 'dead']) this.#events.inc({ outcome }, 0);
    this.#batch = new Histogram({
      name: 'loom_analytics_batch_events',
      help: 'Events in one transaction',
      buckets: SIZES,
      registers,
    });
    this.#seconds = new Histogram({
      name: 'loom_analytics_insert_duration_seconds',
      help: 'Duration of one transaction of events',
      buckets: SECONDS,
      registers,
    });
  }

  stored({ stored, duplicates, tookMs }: StoreResult): void {
    this.#events.inc({ outcome: 'stored' }, stored);
    this.#events.inc({ outcome: 'duplicate' }, duplicates);
    this.#batch.observe(stored + duplicates);
    this.#seconds.observe(tookMs / 1_000);
  }

  dead(): void {
    this.#events.inc({ outcome: 'dead' });
  }
}
