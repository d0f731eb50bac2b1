import type { FlagDocument } from '#libs/contracts';
import type { Evaluation } from '#libs/engine';
import { quantile } from '../statistics.js';
import type { Contender } from './contender.js';
import { floor } from './floor.js';
import { contextOf, documentOf, NOW, rulesetOf } from './loom.js';
import { KEYS, people, segments, workloadFlags, type WorkloadFlag } from './workload.js';
import { answerWith, threadCpuMs } from './workers.js';

/** 5,000 flags: how long until they answer, what they keep in memory, what a change of one costs. A process for each. */
const FLAGS = 5_000;
const SMALL = 200;
const DELTAS = 4_000;
const WARM_UP_DELTAS = 2_000;

export interface Loaded {
  /** Milliseconds from the flags, parsed, to the first answer. */
  readonly firstAnswer: number;
  /** … to an answer of every flag, all of them compiled then. */
  readonly allAnswers: number;
  /** The same as time of the one thread that does it: what a machine without other work takes. */
  readonly allAnswersCpu: number;
  /** Bytes that stay beside what was given. */
  readonly heapPerFlag: number;
}
export interface Deltas {
  /** Microseconds from the change to the answer of the changed flag. */
  readonly median: number;
  readonly p99: number;
  /** Unchanged flags with outcomes that were made again. */
  readonly othersTouched: number;
}

async function heapUsed(): Promise<number> {
  for (let i = 0; i < 6; i++) {
    globalThis.gc!();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return process.memoryUsage().heapUsed;
}

/** Twice 200 flags before, so that the code is there; then 5,000. */
async function load<Flag>(flags: (count: number) => Flag[], use: (flags: Flag[]) => Use): Promise<Loaded> {
  for (let i = 0; i < 2; i++) use(flags(SMALL)).all();
  const given = flags(FLAGS);
  const before = await heapUsed();
  const start = performance.now();
  const startCpu = threadCpuMs();
  const used = use(given);
  used.one();
  const firstAnswer = performance.now() - start;
  used.all();
  const allAnswers = performance.now() - start;
  const allAnswersCpu = threadCpuMs() - startCpu;
  const after = await heapUsed();
  used.one();
  return { firstAnswer, allAnswers, allAnswersCpu, heapPerFlag: (after - before) / given.length };
}
interface Use {
  one(): unknown;
  all(): unknown;
}

const documents = (count: number): FlagDocument[] =>
  JSON.parse(JSON.stringify(workloadFlags(count).map((flag) => documentOf(flag)))) as FlagDocument[];

function useLoom(given: FlagDocument[]): Use {
  const { ruleset } = rulesetOf(given);
  const context = contextOf(people[0]!);
  return {
    one: () => ruleset.evaluate(KEYS.conditions, context, NOW),
    all: () => ruleset.evaluateAll(context, NOW),
  };
}

function useFloor(given: WorkloadFlag[]): Use {
  const contender = floor({ flags: given, segments }) as Contender;
  const evaluate = contender.evaluatorOf(given.find(({ key }) => key === KEYS.conditions)!);
  const context = contender.context(people[0]!);
  return { one: () => evaluate(context), all: () => contender.evaluateAll(context) };
}

/** Whole documents with another version, one after the other, as a stream delivers them. */
function changes(texts: readonly string[], count: number): FlagDocument[] {
  return Array.from({ length: count }, (_, i) => {
    const document = JSON.parse(texts[(i * 37) % texts.length]!) as FlagDocument;
    return { ...document, version: i + 2 };
  });
}

function deltas(): Deltas {
  const given = documents(FLAGS);
  const texts = given.map((document) => JSON.stringify(document));
  const { scope, ruleset } = rulesetOf(given);
  const context = contextOf(people[3]!);
  ruleset.evaluateAll(context, NOW);
  const change = (document: FlagDocument): Evaluation => {
    scope.apply([{ ref: `flag:${document.key}`, document }]);
    return ruleset.evaluate(document.key, context, NOW)!;
  };
  for (const document of changes(texts, WARM_UP_DELTAS)) change(document);
  const before = ruleset.evaluateAll(context, NOW);
  const samples: number[] = [];
  const todo = changes(texts, DELTAS);
  globalThis.gc!();
  for (const document of todo) {
    const start = performance.now();
    const { flagVersion } = change(document);
    samples.push((performance.now() - start) * 1_000);
    if (flagVersion !== document.version) throw new Error(`${document.key} answers an old version`);
  }
  const changed = new Set(todo.map(({ key }) => key));
  const after = ruleset.evaluateAll(context, NOW);
  const others = after.filter((evaluation, i) => !changed.has(evaluation.flag_key) && evaluation !== before[i]);
  return { median: quantile(samples, 0.5), p99: quantile(samples, 0.99), othersTouched: others.length };
}

const [, , what = 'loom'] = process.argv;
if (what === 'deltas') answerWith(deltas());
else if (what === 'floor') answerWith(await load(workloadFlags, useFloor));
else answerWith(await load(documents, useLoom));
