import { setTimeout as sleep } from 'node:timers/promises';
import { uuidv7 } from 'uuidv7';
import { atMost, type Row } from '../report.js';
import { quantile } from '../statistics.js';
import type { Shop } from './shop.js';

const SECONDS = 5;
const BATCH = 100;
/** 10,000 events a second. */
const EVERY_MS = 10;
const WARM_UP = 50;
const MAX_P50_MS = 5;
const MAX_P99_MS = 30;
const SEEN = `select event_id from analytics.event_seen where org_id = $1 and event_id = any($2)`;

/** From sending a batch of 100 events, 100 times a second, to its last event being there for others to read. */
export async function visibleRows(shop: Shop): Promise<readonly Row[]> {
  const waiting = new Map<string, number>();
  const times: number[] = [];
  const posts: Promise<void>[] = [];
  const begin = performance.now();
  const isOver = (): boolean => posts.length === (SECONDS * 1_000) / EVERY_MS && waiting.size === 0;
  const watching = watch(shop, waiting, times, isOver);
  for (let n = 0; n < (SECONDS * 1_000) / EVERY_MS; n += 1) {
    await sleep(Math.max(0, begin + n * EVERY_MS - performance.now()));
    const batch = Array.from({ length: BATCH }, (_, i) => anEvent(n * BATCH + i));
    waiting.set(batch.at(-1)!.event_id, performance.now());
    posts.push(shop.capture(batch));
  }
  await Promise.all([...posts, watching]);
  return rowsOf(times.slice(WARM_UP));
}

async function watch(shop: Shop, waiting: Map<string, number>, times: number[], isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const { rows } = await shop.database.query<{ event_id: string }>({
      name: 'seen',
      text: SEEN,
      values: [shop.orgId, [...waiting.keys()]],
    });
    const now = performance.now();
    for (const { event_id } of rows) {
      times.push(now - waiting.get(event_id)!);
      waiting.delete(event_id);
    }
    await sleep(1);
  }
}

function rowsOf(times: readonly number[]): readonly Row[] {
  const [p50, p99] = [quantile(times, 0.5), quantile(times, 0.99)];
  return [
    { metric: 'POST → visible at 10,000 events/s, p50', unit: 'ms', ours: p50, bar: atMost(MAX_P50_MS, p50, 'ms') },
    { metric: 'POST → visible at 10,000 events/s, p99', unit: 'ms', ours: p99, bar: atMost(MAX_P99_MS, p99, 'ms') },
  ];
}

function anEvent(n: number) {
  const properties = {
    amount: n % 997,
    currency: 'EUR',
    plan: 'pro',
    country: 'DE',
    url: 'https://example.com/checkout',
  };
  return { event_id: uuidv7(), distinct_id: `visitor-${n % 997}`, event: 'seen', properties };
}
