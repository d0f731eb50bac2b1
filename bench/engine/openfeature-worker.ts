import { OpenFeature, type Provider, type ResolutionDetails } from '@openfeature/server-sdk';
import { toOpenFeature, type Evaluation } from '#libs/engine';
import { quantile } from '../statistics.js';
import { contextOf, documentOf, NOW, rulesetOf } from './loom.js';
import { KEYS, PEOPLE, people, workloadFlags } from './workload.js';
import { answerWith } from './workers.js';

/** What the engine adds to the OpenFeature SDK: beside a provider that answers at once, turn by turn in one process. */
type Resolve = (key: string) => Promise<ResolutionDetails<boolean>>;

const CALLS = 256;
const unsupported = (): Promise<never> => Promise.reject(new Error('Only booleans are measured'));

function provider(name: string, resolve: Resolve): Provider {
  return {
    metadata: { name },
    runsOn: 'server',
    resolveBooleanEvaluation: resolve,
    resolveStringEvaluation: unsupported,
    resolveNumberEvaluation: unsupported,
    resolveObjectEvaluation: unsupported,
  };
}

const { ruleset } = rulesetOf(workloadFlags().map((flag) => documentOf(flag)));
const contexts = people.map(contextOf);
const details = new Map<Evaluation, ResolutionDetails<boolean>>();
let turn = 0;

function detailsOf(evaluation: Evaluation): ResolutionDetails<boolean> {
  const known = details.get(evaluation);
  if (known !== undefined) return known;
  const { value, variant, reason, metadata } = toOpenFeature(evaluation);
  const made = { value: value === true, variant, reason, flagMetadata: metadata };
  details.set(evaluation, made);
  return made;
}

const evaluated: Resolve = (key) =>
  Promise.resolve(detailsOf(ruleset.evaluate(key, contexts[turn++ & (PEOPLE - 1)]!, NOW)!));
const made: ResolutionDetails<boolean> = {
  value: true,
  variant: 'on',
  reason: 'TARGETING_MATCH',
  flagMetadata: { version: 1, rule_id: 'rule-0' },
};
const instant: Resolve = () => Promise.resolve(made);

async function clientOf(name: string, resolve: Resolve): Promise<() => Promise<boolean>> {
  await OpenFeature.setProviderAndWait(name, provider(name, resolve));
  const client = OpenFeature.getClient(name);
  return () => client.getBooleanValue(KEYS.conditions, false);
}

async function sample(call: () => Promise<boolean>): Promise<number> {
  const start = process.hrtime.bigint();
  for (let i = 0; i < CALLS; i++) await call();
  return Number(process.hrtime.bigint() - start) / CALLS;
}

const loom = await clientOf('loom', evaluated);
const floor = await clientOf('instant', instant);
const samples = { loom: [] as number[], floor: [] as number[] };
for (let round = 0; round < 400; round++) {
  const times = { floor: await sample(floor), loom: await sample(loom) };
  if (round < 100) continue;
  samples.floor.push(times.floor);
  samples.loom.push(times.loom);
}
answerWith({ floor: quantile(samples.floor, 0.5), loom: quantile(samples.loom, 0.5) });
