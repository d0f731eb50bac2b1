import { Counter, Gauge, type Registry } from 'prom-client';
import type { StreamPlaces } from '#libs/http';
import type { AdmissionQueue } from '../application/admission-queue.js';
import type { OpenStreams } from '../http/open-streams.js';

export interface StreamMetricsParts {
  readonly streams: OpenStreams;
  readonly queue: AdmissionQueue;
  readonly places: StreamPlaces;
}

/** Metrics of the streams: counted where events happen, copied at each scrape. */
export function streamMetrics(registry: Registry, { streams, queue, places }: StreamMetricsParts): void {
  gauge(registry, 'loom_streams_open', 'Streams that are open', () => streams.numbers.open);
  counter(registry, 'loom_stream_events_total', 'Events written to streams', () => streams.numbers.events);
  counter(registry, 'loom_stream_bytes_total', 'Bytes of events written to streams', () => streams.numbers.bytes);
  counter(
    registry,
    'loom_streams_dropped_total',
    'Streams ended because they were not read',
    () => streams.numbers.dropped,
  );
  counter(
    registry,
    'loom_streams_refused_total',
    'Streams refused because too many began or were open',
    () => queue.refused + places.refused,
  );
  gauge(registry, 'loom_stream_places', 'Streams that the process may keep open', () => places.max);
  begun(registry, streams);
}

function gauge(registry: Registry, name: string, help: string, read: () => number): void {
  const one: Gauge = new Gauge({ name, help, registers: [registry], collect: () => one.set(read()) });
}

function counter(registry: Registry, name: string, help: string, read: () => number): void {
  const collect = (): void => {
    one.reset();
    one.inc(read());
  };
  const one: Counter = new Counter({ name, help, registers: [registry], collect });
}

function begun(registry: Registry, streams: OpenStreams): void {
  const total: Counter = new Counter({
    name: 'loom_streams_begun_total',
    help: 'Streams begun: with the full state (init), with the missed events (resumed), for OFREP (refetch)',
    labelNames: ['begins'],
    registers: [registry],
    collect: () => {
      total.reset();
      for (const [begins, count] of Object.entries(streams.numbers.begun)) total.inc({ begins }, count);
    },
  });
}
