import type { Row } from '../report.js';
import { spreadOf } from '../statistics.js';
import { PEERS } from './contenders.js';
import { type Measured, type Race, WORKLOADS, type WorkloadName } from './timings.js';

/** Bars of specification 12a. */
const OF_FLOOR = 1.3;
const TIMES_FASTER = 5;
const TIMES_FASTER_IN_THE_MEAN = 6.5;
const OF_PLAIN = 2;

const titles: Readonly<Record<WorkloadName, string>> = {
  off: 'off',
  conditions: '3 conditions',
  rollout: '20 % rollout',
  fiveRules: '5 rules, segment, split',
  all200: '200 flags',
};

const unitOf = (workload: WorkloadName): { unit: Row['unit']; scale: number } =>
  workload === 'all200' ? { unit: 'µs', scale: 1_000 } : { unit: 'ns', scale: 1 };

interface Comparison {
  readonly metric: string;
  readonly workload: WorkloadName;
  readonly floor: Measured;
  readonly ours: Measured;
}

function compare({ metric, workload, floor, ours }: Comparison, text: string, limit: number): Row {
  const { unit, scale } = unitOf(workload);
  const [theirs, own] = [floor.median(workload), ours.median(workload)];
  const [lowest, highest] = spreadOf(
    ours.samples(workload).map((sample) => [sample / scale]),
    ([sample]) => sample!,
  );
  const bar = { text, isMet: own <= limit * theirs };
  return { metric, unit, floor: theirs / scale, ours: own / scale, bar, spread: [lowest, highest] };
}

/** Against the floor, against the fastest SDK, and with all that a flag may have. */
export function raceRows({ measured }: Race): readonly Row[] {
  const [floor, loom, laden] = ['floor', 'loom', 'laden'].map((name) => measured.get(name)!) as [
    Measured,
    Measured,
    Measured,
  ];
  const toFloor = WORKLOADS.map((workload) =>
    compare(
      { metric: `${titles[workload]} · closures`, workload, floor, ours: loom },
      `≤ ${OF_FLOOR} × floor`,
      OF_FLOOR,
    ),
  );
  const toPlain = WORKLOADS.map((workload) =>
    compare(
      { metric: `${titles[workload]} · with prerequisite, targets, kill switches`, workload, floor: loom, ours: laden },
      `≤ ${OF_PLAIN} × plain`,
      OF_PLAIN,
    ),
  );
  return [...toFloor, ...peerRows(measured, loom), ...toPlain];
}

function peerRows(measured: Race['measured'], loom: Measured): readonly Row[] {
  const peers = PEERS.filter((name) => measured.has(name));
  if (peers.length === 0) return [];
  const fastest = WORKLOADS.map((workload) =>
    peers.reduce((best, name) =>
      measured.get(name)!.median(workload) < measured.get(best)!.median(workload) ? name : best,
    ),
  );
  const rows = WORKLOADS.map((workload, i) =>
    compare(
      { metric: `${titles[workload]} · ${fastest[i]}`, workload, floor: measured.get(fastest[i]!)!, ours: loom },
      `≥ ${TIMES_FASTER} × as fast`,
      1 / TIMES_FASTER,
    ),
  );
  const factors = WORKLOADS.map((workload, i) => measured.get(fastest[i]!)!.median(workload) / loom.median(workload));
  const mean = Math.exp(factors.reduce((sum, factor) => sum + Math.log(factor), 0) / factors.length);
  const bar = { text: `≥ ${TIMES_FASTER_IN_THE_MEAN} ×`, isMet: mean >= TIMES_FASTER_IN_THE_MEAN };
  return [...rows, { metric: 'times as fast as the fastest SDK, geometric mean', unit: '×', ours: mean, bar }];
}

/** Medians of all contenders, with how many times Loom's they are. */
export function peerTable({ measured }: Race): string {
  const loom = measured.get('loom')!;
  const cell = (of: Measured, workload: WorkloadName): string => {
    const value = of.median(workload);
    return `${value.toFixed(value < 100 ? 1 : 0)} (${(value / loom.median(workload)).toFixed(1)} ×)`;
  };
  const line = (first: string, cells: readonly string[]): string =>
    first.padEnd(14) + cells.map((text) => text.padStart(24)).join('');
  const head = line('ns', WORKLOADS.map((workload) => titles[workload])); // prettier-ignore
  const body = [...measured].map(([name, of]) => line(name, WORKLOADS.map((workload) => cell(of, workload)))); // prettier-ignore
  return ['medians of the rounds, and how many times those of loom', head, ...body].join('\n');
}
