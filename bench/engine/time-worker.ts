import { check } from './check.js';
import { contenderCalled } from './contenders.js';
import { quantile } from '../statistics.js';
import { KEYS, PEOPLE, people, segments, workloadFlags } from './workload.js';
import { answerWith } from './workers.js';

/** One engine in one process, so that none spoils the other's inline caches: first checked, then timed. */
type Work = (context: unknown) => unknown;

const WARM_UP = 0.6;
let sink = 0;

/** Nanoseconds per call: the median of many samples of `calls` calls. */
async function time(work: Work, calls: number, milliseconds: number, isAsync: boolean): Promise<number> {
  const samples: number[] = [];
  const warm = performance.now() + milliseconds * WARM_UP;
  const end = warm + milliseconds;
  for (let at = 0; performance.now() < end; at += calls) {
    const start = process.hrtime.bigint();
    if (isAsync) await repeatAsync(work, at, calls);
    else repeat(work, at, calls);
    const nanoseconds = Number(process.hrtime.bigint() - start) / calls;
    if (performance.now() > warm) samples.push(nanoseconds);
  }
  return quantile(samples, 0.5);
}

function repeat(work: Work, from: number, calls: number): void {
  for (let i = from; i < from + calls; i++) if (work(contexts[i & (PEOPLE - 1)]) === 'never') sink++;
}

async function repeatAsync(work: Work, from: number, calls: number): Promise<void> {
  for (let i = from; i < from + calls; i++) if ((await work(contexts[i & (PEOPLE - 1)])) === 'never') sink++;
}

const [, , name = 'loom', milliseconds = '250'] = process.argv;
const flags = workloadFlags();
const make = await contenderCalled(name);
const contender = await make({ flags, segments });
await check(contender, flags);
const contexts = people.map((person) => contender.context(person));
const isAsync = contender.isAsync === true;

const results: Record<string, number> = {};
for (const [workload, key] of Object.entries(KEYS)) {
  const work = contender.evaluatorOf(flags.find((flag) => flag.key === key)!);
  results[workload] = await time(work, 1_024, Number(milliseconds), isAsync);
}
results['all200'] = await time((context) => contender.evaluateAll(context), 16, Number(milliseconds), isAsync);
await contender.close?.();
answerWith({ results, sink });
