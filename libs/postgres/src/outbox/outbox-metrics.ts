import { Counter, Gauge, type Registry } from 'prom-client';
import type { Databases } from '../transaction/databases.js';
import type { OutboxLag } from './outbox-relay.js';

const gauges = {
  loom_outbox_rows: { help: 'Facts that wait to be published', of: ({ rows }: OutboxLag) => rows },
  loom_outbox_oldest_age_seconds: {
    help: 'Age of the oldest fact that waits to be published; 0 when none waits',
    of: ({ oldestMs }: OutboxLag) => oldestMs / 1_000,
  },
} as const;

/**
 * Registers metrics of the outboxes of a process, labelled `service`. Waiting rows are read from Postgres at each scrape; a
 * database that does not answer is left out. `loom_outbox_published_total` counts the facts that this process published.
 */
export function outboxMetrics(registry: Registry, { relays }: Databases): void {
  let pending: ReturnType<typeof lagsOf> | undefined;
  const lagsOf = async () => {
    const lags = await Promise.allSettled(relays.map(async (relay) => ({ relay, lag: await relay.lag() })));
    return lags.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
  };
  // The gauges of one scrape share one query per database.
  const shared = () => (pending ??= lagsOf().finally(() => (pending = undefined)));
  for (const [name, { help, of }] of Object.entries(gauges)) {
    const gauge: Gauge = new Gauge({
      name,
      help,
      labelNames: ['service'],
      registers: [registry],
      collect: async () => {
        const lags = await shared();
        gauge.reset();
        for (const { relay, lag } of lags) gauge.set({ service: relay.service }, of(lag));
      },
    });
  }
  const published: Counter = new Counter({
    name: 'loom_outbox_published_total',
    help: 'Facts published from the outbox by this process',
    labelNames: ['service'],
    registers: [registry],
    collect: () => {
      published.reset();
      for (const relay of relays) published.inc({ service: relay.service }, relay.published);
    },
  });
}
