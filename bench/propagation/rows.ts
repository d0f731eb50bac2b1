import { atMost, type Row } from '../report.js';
import { quantile, spreadOf } from '../statistics.js';
import type { FloorTimes } from './floor.js';
import type { StreamTimes } from './loom.js';

/** The samples of one round, in milliseconds. */
export interface Round {
  readonly floor: readonly FloorTimes[];
  readonly stream: readonly StreamTimes[];
  readonly evaluators: readonly (readonly number[])[];
}
type Samples = (round: Round) => readonly number[];
interface Metric {
  readonly name: string;
  readonly ours: Samples;
  readonly floor?: Samples;
  /** Upper limits in milliseconds: of the issue, and of specification 12a. */
  readonly bars?: Readonly<Partial<Record<Statistic, number>>>;
}

const statistics = {
  p50: (samples) => quantile(samples, 0.5),
  p99: (samples) => quantile(samples, 0.99),
  max: (samples) => Math.max(...samples),
} as const satisfies Record<string, (samples: readonly number[]) => number>;
type Statistic = keyof typeof statistics;

const committed: Samples = ({ floor }) => floor.map((times) => times.committed);
const floorReceived: Samples = ({ floor }) => floor.map((times) => times.received);
const evaluator =
  (index: number): Samples =>
  ({ evaluators }) =>
    evaluators.map((seen) => seen[index]!);
const BARS = { p50: 5, p99: 25 } as const;

const metrics: readonly Metric[] = [
  { name: 'a PATCH → 200', ours: ({ stream }) => stream.map((times) => times.answered), floor: committed },
  {
    name: 'b 200 → SSE event',
    ours: ({ stream }) => stream.map(({ answered, received }) => Math.max(0, received - answered)),
    bars: { p99: 500 },
  },
  {
    name: 'c PATCH → SSE event',
    ours: ({ stream }) => stream.map((times) => times.received),
    floor: floorReceived,
    bars: BARS,
  },
  { name: 'd PATCH → standalone evaluates', ours: evaluator(0), floor: floorReceived, bars: BARS },
  { name: 'd PATCH → evaluation evaluates', ours: evaluator(1), floor: floorReceived, bars: BARS },
];

/** Three rows for each metric: quantiles of all samples together, and how far the rounds lie apart. */
export function rowsOf(rounds: readonly Round[]): readonly Row[] {
  const names = Object.keys(statistics) as Statistic[];
  return metrics.flatMap((metric) => names.map((name) => rowOf(rounds, metric, name)));
}

function rowOf(rounds: readonly Round[], { name, ours, floor, bars }: Metric, statistic: Statistic): Row {
  const of = statistics[statistic];
  const value = of(rounds.flatMap(ours));
  const limit = bars?.[statistic];
  return {
    metric: `${name}, ${statistic}`,
    unit: 'ms',
    ours: value,
    floor: floor === undefined ? undefined : of(rounds.flatMap(floor)),
    bar: limit === undefined ? undefined : atMost(limit, value, 'ms'),
    spread: spreadOf(rounds.map(ours), of),
  };
}
