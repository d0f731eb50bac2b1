import { jetstreamManager, type ConsumerInfo } from '@nats-io/jetstream';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { DurableDefinition } from '#libs/contracts';
import type { Bus } from '../connection/bus.js';

const TIMEOUT_MS = 500;
const BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 30];
const gauges = {
  loom_consumer_lag: {
    help: 'Messages that have not been delivered to the consumer yet',
    of: (info: ConsumerInfo) => info.num_pending,
  },
  loom_consumer_unacknowledged: {
    help: 'Messages that are being handled or wait for their next try',
    of: (info: ConsumerInfo) => info.num_ack_pending,
  },
  loom_consumer_redelivered: {
    help: 'Unacknowledged messages that were delivered more than once',
    of: (info: ConsumerInfo) => info.num_redelivered,
  },
} as const;

/**
 * Metrics of durable consumers, labelled `consumer`. Counters count in this process; gauges are read from NATS at each scrape.
 */
export class ConsumerMetrics {
  readonly #watched = new Map<string, DurableDefinition>();
  readonly #handled: Counter;
  readonly #failed: Counter;
  readonly #deadLetters: Counter;
  readonly #durations: Histogram;

  constructor(
    private readonly bus: Bus,
    registry: Registry,
  ) {
    const counter = (name: string, help: string) =>
      new Counter({ name, help, labelNames: ['consumer'], registers: [registry] });
    this.#handled = counter('loom_consumer_handled_total', 'Messages handled and acknowledged');
    this.#failed = counter('loom_consumer_failures_total', 'Failed tries, without those while a dependency was down');
    this.#deadLetters = counter('loom_consumer_dead_letters_total', 'Dead letters written');
    this.#durations = new Histogram({
      name: 'loom_consumer_duration_seconds',
      help: 'Time to handle a fact, or a batch of packs, by outcome; waiting for a dependency included',
      labelNames: ['consumer', 'fact', 'outcome'],
      buckets: BUCKETS_S,
      registers: [registry],
    });
    this.#registerGauges(registry);
  }

  /** Adds a consumer to the metrics; its counters start at 0. */
  watch(durable: DurableDefinition): void {
    this.#watched.set(durable.name, durable);
    for (const counter of [this.#handled, this.#failed, this.#deadLetters]) counter.inc({ consumer: durable.name }, 0);
  }

  /** @param fact type of a known fact, or `pack`: a bounded set */
  observe(consumer: string, fact: string, outcome: 'ok' | 'failed', ms: number): void {
    this.#durations.observe({ consumer, fact, outcome }, ms / 1_000);
  }

  handled(consumer: string, messages = 1): void {
    this.#handled.inc({ consumer }, messages);
  }

  failed(consumer: string): void {
    this.#failed.inc({ consumer });
  }

  dead(consumer: string): void {
    this.#deadLetters.inc({ consumer });
  }

  /** The gauges of one scrape share one request per consumer. */
  #registerGauges(registry: Registry): void {
    let infos: Promise<readonly ConsumerInfo[]> | undefined;
    const shared = (): Promise<readonly ConsumerInfo[]> =>
      (infos ??= this.#infos().finally(() => {
        infos = undefined;
      }));
    for (const [name, { help, of }] of Object.entries(gauges)) {
      const gauge: Gauge = new Gauge({
        name,
        help,
        labelNames: ['consumer'],
        registers: [registry],
        collect: async () => {
          const known = await shared();
          gauge.reset();
          for (const info of known) gauge.set({ consumer: info.name }, of(info));
        },
      });
    }
  }

  /**
   * Leaves out consumers that NATS does not describe within 500 ms: a scrape never fails and does not wait for a lost connection.
   */
  async #infos(): Promise<readonly ConsumerInfo[]> {
    if (!this.bus.connected || this.#watched.size === 0) return [];
    const manager = await jetstreamManager(this.bus.live(), { timeout: TIMEOUT_MS, checkAPI: false });
    const requests = [...this.#watched.values()].map(({ stream, name }) => manager.consumers.info(stream, name));
    const results = await Promise.allSettled(requests);
    return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  }
}
