import type { RulesetDocument } from '#libs/contracts';
import { Ruleset, ScopeRuleset, validateConditions, type EvaluationContext } from '#libs/engine';
import type { Json } from '#libs/kernel';
import { ALLOWED_PATTERNS, HOSTILE_LOOPS, type HostileFlag, STORED_PATTERNS } from '#libs/testing';
import { quantile } from '../statistics.js';
import { NOW } from './loom.js';
import { answerWith, threadCpuMs } from './workers.js';

/** Patterns that ruin a backtracking engine or unfold into large automata, and contexts made to be slow. */
const PATTERNS = [
  '^(a+)+$', '(a|aa)+$', '(a*)*b', '(.*)*x', '^(([a-z])+.)+[A-Z]([a-z])+$', '([a-zA-Z]+)*$', '(a|a?)+$', '(.*a){20}$',
  '(.*,){11}P', '(?:a?){40}a{40}', '.{100}$', '\\pL{100}$', '(?:(?:a?){7}){8}$', '(\\w{1,30}){2}!', '[ab]*a[ab]{14}c$',
  '^(\\d+)*$', '.*a.{100}b', `.*a${'.'.repeat(253)}`, '(?:[ab]*a[ab]{10}c)|(?:.*b.{30}a)$', '\\pL.{100}\\pL$',
]; // prettier-ignore
const LENGTH = 1_024;
const SUBJECTS = [
  `${'a'.repeat(LENGTH - 1)}!`,
  Array.from({ length: LENGTH }, (_, i) => 'ab'[(Math.imul(i, 2_654_435_761) >>> 15) & 1]).join(''),
  'é'.repeat(LENGTH),
  Array.from({ length: LENGTH }, (_, i) => String.fromCodePoint(0x4e00 + i * 7)).join(''),
];

const flagWith = (conditions: readonly unknown[]): RulesetDocument =>
  ({
    kind: 'flag', id: 'id', key: 'bench.evil', type: 'boolean', default_variant: 'off', prerequisites: [], salt: 's',
    exposure_tracking: true, archived: false, version: 1,
    variants: [{ name: 'off', value: false, weight: 1 }, { name: 'on', value: true, weight: 1 }],
    configs: { e: { enabled: true, targets: {}, rules: [{ id: 'r', conditions, serve: { variant: 'on' } }], version: 1 } },
  }) as unknown as RulesetDocument; // prettier-ignore

function evaluatorWith(conditions: readonly unknown[], clock: () => number): (context: EvaluationContext) => number {
  const scope = new ScopeRuleset();
  scope.apply([{ ref: 'flag:bench.evil', document: flagWith(conditions) }]);
  const ruleset = new Ruleset(new ScopeRuleset(), scope, { id: 'e', name: 'prod' });
  return (context) => {
    const start = clock();
    if (ruleset.evaluate('bench.evil', context, NOW) === undefined) throw new Error('There is no answer');
    return clock() - start;
  };
}

function worstOf(pattern: string): number {
  const conditions = [{ attribute: 'a', operator: 'matches', value: pattern }];
  if (validateConditions(conditions).problem !== undefined) throw new Error(`${pattern} is refused: choose another`);
  const evaluate = evaluatorWith(conditions, threadCpuMs);
  return Math.max(...SUBJECTS.map((a) => evaluate({ attributes: { a } })));
}

function nested(levels: number): Json {
  let value: Json = 1;
  for (let i = 0; i < levels; i++) value = { a: value };
  return value;
}

const OPERATORS = [
  'equals',
  'contains',
  'greater_than',
  'before',
  'in',
  'semver_gt',
  'ip_in_cidr',
  'matches',
  'starts_with',
];
const VALUES = [
  nested(100),
  1e308,
  'x'.repeat(8_192),
  'x'.repeat(1_000_000),
  Array.from({ length: 10_000 }, (_, i) => i),
];

/** The slowest answer of many tries is the machine's; the 99th percentile is the engine's. */
function worstContext(): number {
  const leaves = OPERATORS.map((operator) => ({
    not: { attribute: 'a', operator, value: operator === 'in' ? ['x'] : 'x' },
  }));
  const evaluate = evaluatorWith([{ any: leaves.map((leaf) => ({ not: leaf })) }], () => performance.now());
  const samples = VALUES.map((a) => Array.from({ length: 200 }, () => evaluate({ user_id: 'u', attributes: { a } })));
  return Math.max(...samples.map((times) => quantile(times, 0.99)));
}

const ROUNDS = 20;

/** Milliseconds of its thread for one evaluation: the clock of threads is too coarse for a single one. */
function costOf({ conditions, attributes }: HostileFlag): number {
  const evaluate = evaluatorWith(conditions, threadCpuMs);
  const context = { user_id: 'u', geo: { city: 'ﬀ'.repeat(256) }, attributes };
  evaluate(context);
  const start = threadCpuMs();
  for (let round = 0; round < ROUNDS; round++) evaluate(context);
  return (threadCpuMs() - start) / ROUNDS;
}

const flags = [...ALLOWED_PATTERNS, ...STORED_PATTERNS, ...HOSTILE_LOOPS].map((flag) => [flag.name, costOf(flag)]);

answerWith({
  flags: Object.fromEntries(flags) as Record<string, number>,
  context: worstContext(),
  patterns: PATTERNS.map((pattern) => worstOf(pattern)),
});
