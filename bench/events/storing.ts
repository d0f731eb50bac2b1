import type { Row } from '../report.js';
import { quantile } from '../statistics.js';
import { FLOOR_SUBJECT, type CopyFloor, type FloorTable } from './copy-floor.js';
import { publishAll, type Shop } from './shop.js';
import { PACK_EVENTS, type Workload } from './workload.js';

const ROUND_EVENTS = 200_000;
const ROUNDS = 5;
const WARM_UP = 10_000;
/** With the ids of all events kept, of the COPY floor. */
const LEAST = 0.6;

interface Round {
  readonly ours: number;
  readonly bare: number;
  readonly indexed: number;
}

/** Fills the store with the whole workload; in the first rounds beside the floors, in turning order. Events stored per second. */
export async function storingRows(shop: Shop, floor: CopyFloor, workload: Workload): Promise<readonly Row[]> {
  const ours = (packs: readonly string[]): Promise<number> => storeOurs(shop, packs);
  await ours(workload.packs(WARM_UP));
  await storeFloor(floor, 'bare', shop, []);
  const rounds: Round[] = [];
  for (let left = workload.total - WARM_UP; left > 0; left -= ROUND_EVENTS) {
    const packs = workload.packs(Math.min(left, ROUND_EVENTS));
    if (rounds.length < ROUNDS) rounds.push(await round(rounds.length, shop, floor, packs));
    else await ours(packs);
  }
  await check(shop, workload.total);
  return [
    rowOf('bare', 'stored, COPY without any index', rounds),
    rowOf('indexed', 'stored, COPY with the same indexes', rounds),
  ];
}

async function round(nth: number, shop: Shop, floor: CopyFloor, packs: readonly string[]): Promise<Round> {
  const rates = { ours: 0, bare: 0, indexed: 0 };
  const contenders = {
    ours: () => storeOurs(shop, packs),
    bare: () => storeFloor(floor, 'bare', shop, packs),
    indexed: () => storeFloor(floor, 'indexed', shop, packs),
  };
  const names = ['ours', 'bare', 'indexed'] as const;
  for (const name of nth % 2 === 0 ? names : names.toReversed()) {
    await shop.database.query('checkpoint');
    rates[name] = await contenders[name]();
  }
  return rates;
}

async function storeOurs(shop: Shop, packs: readonly string[]): Promise<number> {
  return perSecond(packs, async () => {
    await shop.publish(packs);
    await shop.settled();
  });
}

async function storeFloor(floor: CopyFloor, table: FloorTable, shop: Shop, packs: readonly string[]): Promise<number> {
  await floor.begin(table);
  if (packs.length === 0) return 0;
  return perSecond(packs, async () => {
    const stored = floor.store(table, packs.length * PACK_EVENTS);
    await Promise.all([publishAll(shop.stream, FLOOR_SUBJECT, packs), stored]);
  });
}

async function perSecond(packs: readonly string[], work: () => Promise<void>): Promise<number> {
  const begin = performance.now();
  await work();
  return (packs.length * PACK_EVENTS * 1_000) / (performance.now() - begin);
}

/** Every acknowledged event must be stored once: counted by SQL and by the API. */
async function check(shop: Shop, total: number): Promise<void> {
  const [sql, { count }] = [await shop.storedBySql(), await shop.ask<{ count: number }>('events/count')];
  if (sql !== total || count !== total)
    throw new Error(`${total} events were published, ${sql} are stored, ${count} are counted`);
}

function rowOf(table: FloorTable, metric: string, rounds: readonly Round[]): Row {
  const median = (of: (round: Round) => number): number => quantile(rounds.map(of), 0.5);
  const rates = rounds.map(({ ours }) => ours);
  const ratio = median((one) => one.ours / one[table]);
  return {
    metric,
    unit: 'events/s',
    ours: median(({ ours }) => ours),
    floor: median((one) => one[table]),
    bar: table === 'bare' ? { text: `≥ ${LEAST} × floor`, isMet: ratio >= LEAST } : undefined,
    spread: [Math.min(...rates), Math.max(...rates)],
  };
}
