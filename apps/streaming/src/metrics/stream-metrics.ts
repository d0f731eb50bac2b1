import { Inject, Injectable } from '@nestjs/common';
import { Counter, Gauge, type Registry } from 'prom-client';
import { METRICS } from '#libs/service';
import { Admission } from '../application/admission.js';
import { OpenStreams } from './open-streams.js';

/** What Prometheus reads of the streams. Counted where things happen, and only copied when somebody asks. */
@Injectable()
export class StreamMetrics {
  constructor(
    @Inject(METRICS) private readonly registry: Registry,
    streams: OpenStreams,
    admission: Admission,
  ) {
    this.#gauge('loom_streams_open', 'Streams that are open', () => streams.numbers.open);
    this.#counter('loom_stream_events_total', 'Events written to streams', () => streams.numbers.events);
    this.#counter('loom_stream_bytes_total', 'Bytes of events written to streams', () => streams.numbers.bytes);
    this.#counter('loom_streams_dropped_total', 'Streams ended since nobody read them', () => streams.numbers.dropped);
    this.#counter('loom_streams_refused_total', 'Streams refused since too many began', () => admission.refused);
    this.#begun(streams);
  }

  #gauge(name: string, help: string, read: () => number): void {
    const { registry } = this;
    new Gauge({ name, help, registers: [registry], collect() { this.set(read()); } }); // prettier-ignore
  }

  #counter(name: string, help: string, read: () => number): void {
    const { registry } = this;
    new Counter({ name, help, registers: [registry], collect() { this.reset(); this.inc(read()); } }); // prettier-ignore
  }

  #begun(streams: OpenStreams): void {
    new Counter({
      name: 'loom_streams_begun_total',
      help: 'Streams begun: with the full state (init), with what was missed (resumed), for OFREP (refetch)',
      labelNames: ['begins'],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const [begins, count] of Object.entries(streams.numbers.begun)) this.inc({ begins }, count);
      },
    });
  }
}
