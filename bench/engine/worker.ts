import type { Contender, MakeContender } from './contender.js';
import { floor } from './floor.js';
import { loom } from './loom.js';
import { expectedVariant, KEYS, people, PEOPLE, workloadFlags } from './workload.js';

/** One engine in one process, so that none spoils the other's inline caches. Prints one line of JSON. */
const contenders: Readonly<Record<string, MakeContender>> = { floor, loom };

let sink = 0;

function check(contender: Contender): void {
  const flags = workloadFlags();
  for (const person of people) {
    for (const flag of flags) {
      const expected = expectedVariant(flag, person);
      const actual = contender.evaluate(flag.key, contender.context(person));
      if (expected !== undefined && expected !== actual)
        throw new Error(`${contender.name}: ${flag.key} gave ${actual}`);
    }
  }
}

/** Nanoseconds per call: the median of many samples of `calls` calls. */
function time(work: (index: number) => unknown, calls: number, milliseconds: number): number {
  const samples: number[] = [];
  let index = 0;
  const warm = performance.now() + milliseconds * 0.6;
  const end = warm + milliseconds;
  while (performance.now() < end) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < calls; i++) if (work(index++ & (PEOPLE - 1)) === 'never') sink++;
    const nanoseconds = Number(process.hrtime.bigint() - start) / calls;
    if (performance.now() > warm) samples.push(nanoseconds);
  }
  return samples.sort((a, b) => a - b)[samples.length >> 1]!;
}

const [, , name = 'loom', milliseconds = '250'] = process.argv;
const contender = contenders[name]!(workloadFlags());
check(contenders[name]!(workloadFlags()));
const contexts = people.map((person) => contender.context(person));
const results: Record<string, number> = {};
for (const [workload, key] of Object.entries(KEYS)) {
  results[workload] = time((i) => contender.evaluate(key, contexts[i]), 1_024, Number(milliseconds));
}
results['bulk200'] = time((i) => contender.evaluateAll(contexts[i]), 16, Number(milliseconds));
console.log(JSON.stringify({ name: contender.name, sink, results }));
