import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import type { Metric, Registry } from 'prom-client';

const NAME = 'loom_http_request_duration_seconds';
const BUCKETS_MS = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000] as const;

interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** Requests per bucket, not cumulative; the last bucket counts everything slower. */
  readonly counts: Uint32Array;
  sumMs: number;
}
export type Observe = (request: FastifyRequest, reply: FastifyReply, done: () => void) => void;

/**
 * Histogram of the durations of every route, labelled `method`, `route` (the pattern) and `status`. Counted without prom-client,
 * which hashes the labels at each observation; prom-client formats the result.
 */
export class RouteMetrics {
  readonly #series: Series[] = [];

  constructor(registry: Registry) {
    registry.registerMetric(this.#asMetric());
  }

  /** Returns the `onResponse` hook of one route. */
  observer({ method, url }: Pick<RouteOptions, 'method' | 'url'>): Observe {
    const route = { method: [method].flat().join(','), route: url };
    const byStatus = new Map<number, Series>();
    return (_request, reply, done) => {
      const series = byStatus.get(reply.statusCode) ?? this.#add(byStatus, route, reply.statusCode);
      const elapsed = reply.elapsedTime;
      series.counts[bucketOf(elapsed)]!++;
      series.sumMs += elapsed;
      done();
    };
  }

  #add(byStatus: Map<number, Series>, route: object, status: number): Series {
    const labels = { ...route, status: String(status) };
    const series = { labels, counts: new Uint32Array(BUCKETS_MS.length + 1), sumMs: 0 };
    byStatus.set(status, series);
    this.#series.push(series);
    return series;
  }

  #asMetric(): Metric {
    const metric = { name: NAME, help: 'HTTP answers by route and status', type: 'histogram', aggregator: 'sum' };
    const get = (): object => ({ ...metric, values: this.#series.flatMap(valuesOf) });
    return { ...metric, get } as unknown as Metric;
  }
}

function bucketOf(ms: number): number {
  let bucket = 0;
  while (bucket < BUCKETS_MS.length && ms > (BUCKETS_MS[bucket] ?? 0)) bucket++;
  return bucket;
}

function valuesOf({ labels, counts, sumMs }: Series): object[] {
  let total = 0;
  const buckets = [...counts].map((count, i) => {
    const le = i < BUCKETS_MS.length ? String((BUCKETS_MS[i] ?? 0) / 1_000) : '+Inf';
    return { metricName: `${NAME}_bucket`, labels: { ...labels, le }, value: (total += count) };
  });
  return [
    ...buckets,
    { metricName: `${NAME}_sum`, labels, value: sumMs / 1_000 },
    { metricName: `${NAME}_count`, labels, value: total },
  ];
}
