import { atMost, type Row } from '../report.js';
import { quantile, spreadOf } from '../statistics.js';
import type { Deltas, Loaded } from './load-worker.js';
import { runWorker } from './run-worker.js';

/** Bars of specification 12a. */
const LOAD_MS = 40;
const HEAP_BYTES = 1_600;
const DELTA_MICROSECONDS = 100;
const OF_INSTANT = 1.05;
const EVIL_PATTERN_MS = 10;
const EVIL_CONTEXT_MS = 1;
const EVIL_FLAG_MS = 10;

interface Evil {
  readonly context: number;
  readonly patterns: readonly number[];
  readonly flags: Readonly<Record<string, number>>;
}

const median = (samples: readonly number[]): number => quantile(samples, 0.5);
const spread = (samples: readonly number[]): readonly [number, number] =>
  spreadOf(samples.map((sample) => [sample]), ([sample]) => sample!); // prettier-ignore

async function rounds<Result>(count: number, run: () => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (let i = 0; i < count; i++) results.push(await run());
  return results;
}

/** 5,000 flags. */
export async function loadRows(count: number): Promise<readonly Row[]> {
  const pairs = await rounds(count, async () => ({
    floor: await runWorker<Loaded>('load-worker', 'floor'),
    loom: await runWorker<Loaded>('load-worker', 'loom'),
    deltas: await runWorker<Deltas>('load-worker', 'deltas'),
  }));
  const row = (metric: string, unit: Row['unit'], of: (loaded: Loaded) => number, limit: number): Row => {
    const ours = median(pairs.map(({ loom }) => of(loom)));
    const floor = median(pairs.map((pair) => of(pair.floor)));
    return {
      metric,
      unit,
      floor,
      ours,
      bar: atMost(limit, ours, unit),
      spread: spread(pairs.map(({ loom }) => of(loom))),
    };
  };
  const delta = (metric: string, of: (deltas: Deltas) => number): Row => {
    const samples = pairs.map(({ deltas }) => of(deltas));
    const ours = median(samples);
    return { metric, unit: 'µs', ours, bar: atMost(DELTA_MICROSECONDS, ours, 'µs'), spread: spread(samples) };
  };
  const touched = Math.max(...pairs.map(({ deltas }) => deltas.othersTouched));
  return [
    row('5,000 flags, to the first answer', 'ms', ({ firstAnswer }) => firstAnswer, LOAD_MS),
    row('5,000 flags, to an answer of each', 'ms', ({ allAnswers }) => allAnswers, LOAD_MS),
    row('5,000 flags, the same, CPU of its thread', 'ms', ({ allAnswersCpu }) => allAnswersCpu, LOAD_MS),
    row('heap a flag, beside its document', 'B', ({ heapPerFlag }) => heapPerFlag, HEAP_BYTES),
    delta('one flag of 5,000 changes, p50', (deltas) => deltas.median),
    delta('one flag of 5,000 changes, p99', (deltas) => deltas.p99),
    { metric: 'other flags recompiled by a change', unit: 'flags', ours: touched, bar: atMost(0, touched, 'flags') },
  ];
}

/** Allocation, the OpenFeature SDK, evil input. */
export async function miscellaneousRows(count: number): Promise<readonly Row[]> {
  const { bytesPerCall } = await runWorker<{ bytesPerCall: number }>('allocation-worker');
  const openFeature = await rounds(count, () => runWorker<{ floor: number; loom: number }>('openfeature-worker'));
  const evil = await rounds(count, () => runWorker<Evil>('evil-worker'));
  const [instant, loom] = [median(openFeature.map(({ floor }) => floor)), median(openFeature.map((one) => one.loom))];
  const patterns = evil.map((one) => Math.max(...one.patterns));
  const flags = evil.map((one) => Math.max(...Object.values(one.flags)));
  const contexts = evil.map(({ context }) => context);
  return [
    {
      metric: 'allocated per evaluation, 1 M calls',
      unit: 'B',
      ours: bytesPerCall,
      bar: { text: 'none', isMet: bytesPerCall < 0.1 },
    },
    {
      metric: 'through the OpenFeature SDK · an instant provider',
      unit: 'ns',
      floor: instant,
      ours: loom,
      bar: { text: `≤ ${OF_INSTANT} × floor`, isMet: loom <= OF_INSTANT * instant },
      spread: spread(openFeature.map((one) => one.loom)),
    },
    evilRow('slowest of 20 evil patterns, first match, CPU of its thread', patterns, EVIL_PATTERN_MS),
    evilRow('slowest of 22 evil flags, an evaluation, CPU of its thread', flags, EVIL_FLAG_MS),
    evilRow('evil contexts, p99 of the slowest', contexts, EVIL_CONTEXT_MS),
  ];
}

const evilRow = (metric: string, samples: readonly number[], limit: number): Row => ({
  metric,
  unit: 'ms',
  ours: median(samples),
  bar: atMost(limit, median(samples), 'ms'),
  spread: spread(samples),
});
