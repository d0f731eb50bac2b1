import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { CaptureMeter } from '../application/intake/ports.js';

const PACK_BYTES = [1_024, 4_096, 16_384, 65_536, 262_144, 524_288] as const;
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2] as const;

/** Read at each scrape. */
export interface Readings {
  readonly heldBytes: () => number;
  /** Share of the stream's room that is taken, 0 to 1; `undefined` when NATS does not answer. */
  readonly fullness: () => Promise<number | undefined>;
}

/** The metrics of the intake, on `/metrics`. */
export class CaptureMetrics implements CaptureMeter {
  readonly #events: Counter;
  readonly #refused: Counter<'code'>;
  readonly #packBytes: Histogram;
  readonly #packSeconds: Histogram;

  constructor(private readonly registry: Registry) {
    const registers = [registry];
    this.#events = new Counter({ name: 'loom_capture_events_total', help: 'Events that are durable', registers });
    this.#refused = new Counter({
      name: 'loom_capture_refused_total',
      help: 'Requests with events that were refused, by code',
      labelNames: ['code'],
      registers,
    });
    this.#packBytes = new Histogram({
      name: 'loom_capture_pack_bytes',
      help: 'Size of packs',
      buckets: [...PACK_BYTES],
      registers,
    });
    this.#packSeconds = new Histogram({
      name: 'loom_capture_publish_seconds',
      help: 'From the first attempt to publish a pack to its acknowledgement',
      buckets: [...SECONDS],
      registers,
    });
  }

  published({ bytes, events, seconds }: Parameters<CaptureMeter['published']>[0]): void {
    this.#events.inc(events);
    this.#packBytes.observe(bytes);
    this.#packSeconds.observe(seconds);
  }

  refused(code: string): void {
    this.#refused.inc({ code });
  }

  watch({ heldBytes, fullness }: Readings): void {
    const registers = [this.registry];
    new Gauge({
      name: 'loom_capture_queue_bytes',
      help: 'Bytes of events that are not durable yet',
      registers,
      collect() {
        this.set(heldBytes());
      },
    });
    new Gauge({
      name: 'loom_capture_stream_fullness',
      help: "Share of the stream's room that is taken; absent when NATS does not answer",
      registers,
      async collect() {
        const share = await fullness();
        if (share === undefined) this.reset();
        else this.set(share);
      },
    });
  }
}
