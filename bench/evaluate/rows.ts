import { atMost, type Bar, type Row } from '../report.js';
import { quantile } from '../statistics.js';
import type { Measured } from './wrk.js';

/** What each load of each target gave, a figure per round. */
export type Rounds = Map<string, readonly Measured[]>;

const PEER = 'unleash bulk of 200';
const OWN = 'loom OFREP bulk of 200';

interface Race {
  readonly ours: string;
  readonly floor: string;
  /** Of the floor's requests per second. */
  readonly least?: number;
  /** Of the floor's p99. */
  readonly mostP99?: number;
}

/** Bars of specification 12a. */
const races: readonly Race[] = [
  { ours: 'loom native single', floor: 'floor single', least: 0.7, mostP99: 2 },
  { ours: 'loom OFREP single', floor: 'floor single', least: 0.65, mostP99: 2 },
  { ours: OWN, floor: 'floor bulk', least: 1.5 },
  { ours: 'loom native bulk of 200', floor: 'floor bulk', least: 1.5 },
  { ours: 'loom OFREP 304', floor: 'floor unchanged', least: 0.8 },
];

/** Requests per second, p99 and CPU of each race; ratios are medians over the rounds of what ran side by side. */
export function rowsOf(rounds: Rounds): readonly Row[] {
  const own = races.flatMap((race) => [perSecond(race, rounds), p99(race, rounds), cpu(race, rounds)]);
  return rounds.has(PEER) ? [...own, ...againstPeer(rounds)] : own;
}

/** 200 flags for one context, as unleash-server's frontend API answers them (12a). Its database's CPU is not counted. */
function againstPeer(rounds: Rounds): readonly Row[] {
  const faster = median(valuesOf(rounds, OWN, 'perSecond')) / median(valuesOf(rounds, PEER, 'perSecond'));
  const cheaper = median(valuesOf(rounds, PEER, 'cpuUs')) / median(valuesOf(rounds, OWN, 'cpuUs'));
  const times = (metric: string, ours: number): Row => ({
    metric,
    unit: '×',
    ours,
    bar: { text: '≥ 8 ×', isMet: ours >= 8 },
  });
  return [
    times('bulk of 200, times the requests/s of unleash-server', faster),
    times('bulk of 200, times less CPU than unleash-server', cheaper),
  ];
}

function perSecond({ ours, floor, least }: Race, rounds: Rounds): Row {
  const [own, base] = [valuesOf(rounds, ours, 'perSecond'), valuesOf(rounds, floor, 'perSecond')];
  const bar: Bar | undefined =
    least === undefined ? undefined : { text: `≥ ${least} × floor`, isMet: median(own) / median(base) >= least };
  return { metric: nameOf(ours), unit: 'req/s', ours: median(own), floor: median(base), bar, spread: spread(own) };
}

function p99({ ours, floor, mostP99 }: Race, rounds: Rounds): Row {
  const [own, base] = [valuesOf(rounds, ours, 'p99Ms'), valuesOf(rounds, floor, 'p99Ms')];
  const bar = mostP99 === undefined ? undefined : limit(mostP99, median(own), median(base));
  const metric = `${nameOf(ours)}, p99`;
  return { metric, unit: 'ms', ours: median(own), floor: median(base), bar, spread: spread(own) };
}

function limit(most: number, ours: number, floor: number): Bar {
  return { text: `≤ ${most} × floor`, isMet: atMost(most * floor, ours, 'ms').isMet };
}

function cpu({ ours, floor }: Race, rounds: Rounds): Row {
  const [own, base] = [valuesOf(rounds, ours, 'cpuUs'), valuesOf(rounds, floor, 'cpuUs')];
  const metric = `${nameOf(ours)}, CPU of a request`;
  return { metric, unit: 'µs', ours: median(own), floor: median(base), spread: spread(own) };
}

const nameOf = (ours: string): string => ours.replace('loom ', '');
const median = (values: readonly number[]): number => quantile(values, 0.5);
const spread = (values: readonly number[]): readonly [number, number] => [Math.min(...values), Math.max(...values)];

function valuesOf(rounds: Rounds, id: string, field: keyof Measured): readonly number[] {
  const measured = rounds.get(id);
  if (measured === undefined) throw new Error(`${id} was not measured`);
  return measured.map((one) => one[field]);
}
