import { contextOf, documentOf, NOW, rulesetOf } from './loom.js';
import { KEYS, PEOPLE, people, workloadFlags } from './workload.js';
import { answerWith } from './workers.js';

/** Bytes that the heap grows by per evaluation, over a million evaluations of the four kinds of flag. */
const CALLS = 1_000_000;

const { ruleset } = rulesetOf(workloadFlags().map((flag) => documentOf(flag)));
const contexts = people.map(contextOf);
const keys = Object.values(KEYS);

function evaluateMany(): number {
  let versions = 0;
  for (let i = 0; i < CALLS; i++)
    versions += ruleset.evaluate(keys[i & 3]!, contexts[(i >> 2) & (PEOPLE - 1)]!, NOW)!.version;
  return versions;
}

/** The least of several tries: what the compiler allocates meanwhile is not the evaluations'. */
const grown: number[] = [];
let versions = 0;
for (let attempt = 0; attempt < 6; attempt++) {
  globalThis.gc!();
  const before = process.memoryUsage().heapUsed;
  versions += evaluateMany();
  grown.push(process.memoryUsage().heapUsed - before);
}
answerWith({ bytesPerCall: Math.min(...grown.slice(1)) / CALLS, versions });
