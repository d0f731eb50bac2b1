import { Gauge, Histogram, type Registry } from 'prom-client';
import type { Databases } from '../transaction/databases.js';

const BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/**
 * Registers metrics of the databases of a process: connections of each pool at each scrape, and durations of statements as they end.
 * Labels are names of services, pools and kinds of statements, all of them constants of the code.
 */
export function databaseMetrics(registry: Registry, { all }: Databases): void {
  const connections: Gauge = new Gauge({
    name: 'loom_postgres_pool_connections',
    help: 'Connections by state: in use, idle, and the most there may be (max)',
    labelNames: ['service', 'pool', 'state'],
    registers: [registry],
    collect: () => {
      for (const { service, pool, gauge } of poolsOf(all)) {
        const { total, idle, max } = gauge;
        connections.set({ service, pool, state: 'in_use' }, total - idle);
        connections.set({ service, pool, state: 'idle' }, idle);
        connections.set({ service, pool, state: 'max' }, max);
      }
    },
  });
  const waiting: Gauge = new Gauge({
    name: 'loom_postgres_pool_waiting',
    help: 'Transactions that wait for a connection',
    labelNames: ['service', 'pool'],
    registers: [registry],
    collect: () => {
      for (const { service, pool, gauge } of poolsOf(all)) waiting.set({ service, pool }, gauge.waiting);
    },
  });
  const durations = new Histogram({
    name: 'loom_postgres_query_duration_seconds',
    help: 'Durations of statements, including the time in the queue of their connection',
    labelNames: ['service', 'pool', 'statement', 'outcome'],
    buckets: BUCKETS_S,
    registers: [registry],
  });
  for (const database of all) {
    database.onQuery(({ service, pool, statement, failed, durationMs }) =>
      durations.observe({ service, pool, statement, outcome: failed ? 'failed' : 'ok' }, durationMs / 1_000),
    );
  }
}

function poolsOf(databases: Databases['all']) {
  return databases.flatMap((database) =>
    Object.entries(database.pools()).map(([pool, gauge]) => ({ service: database.service, pool, gauge })),
  );
}
