import { PLATFORM, type Rule, type Scope } from '#libs/contracts';
import { MAX_PATTERNS, patternSize, patternsIn } from '#libs/engine';
import { AppError, segmentsIn } from '#libs/kernel';

/** The conditions of a strategy or segment, by which rules refer to it. */
export interface ReusableConditions {
  readonly scope: Scope;
  readonly kind: 'strategy' | 'segment';
  /** The id of a strategy, the key of a segment. */
  readonly name: string;
  readonly conditions: unknown;
}

/** Instructions that the patterns of one flag in one environment compile to. */
const MAX_INSTRUCTIONS = 2_000;

/** The rules of a flag in one environment. */
interface FlagRules {
  readonly key: string;
  readonly scope: Scope;
  readonly rules: readonly Rule[];
}

/**
 * Checks the patterns that one evaluation of these rules may search: their own, those of each use of a strategy, and those of
 * each segment once, because an evaluation remembers its members.
 * @param field of the request, for the refusal
 * @throws AppError `invalid_pattern` naming the flag and the budget
 */
export function refuseTooManyPatterns(flag: FlagRules, reusable: readonly ReusableConditions[], field: string): void {
  refuse(flag, patternsOf(flag, reusable), field);
}

/**
 * The same for a flag whose strategies or segments are edited. A flag with more than it may have, stored before there was a
 * bound, does not stop an edit that adds none.
 * @throws AppError `invalid_pattern`
 */
export function refuseMorePatterns(
  flag: FlagRules,
  before: readonly ReusableConditions[],
  after: readonly ReusableConditions[],
): void {
  const [old, patterns] = [patternsOf(flag, before), patternsOf(flag, after)];
  const isSame = old.length === patterns.length && old.every((pattern, at) => pattern === patterns[at]);
  if (!isSame && patterns.length >= old.length) refuse(flag, patterns, 'conditions');
}

function refuse(flag: FlagRules, patterns: readonly string[], field: string): void {
  if (patterns.length > MAX_PATTERNS) throw tooMany(flag.key, `${patterns.length} patterns`, field);
  const instructions = patterns.reduce((sum, pattern) => sum + patternSize(pattern), 0);
  if (instructions > MAX_INSTRUCTIONS) throw tooMany(flag.key, `patterns of ${instructions} instructions`, field);
}

function patternsOf({ scope, rules }: FlagRules, reusable: readonly ReusableConditions[]): readonly string[] {
  const byName = new Map(reusable.filter((one) => one.scope === scope).map((one) => [`${one.kind}:${one.name}`, one]));
  for (const one of reusable) if (one.scope === PLATFORM) byName.set(`${one.kind}:${one.name}`, one);
  const trees = rules.map(({ strategy_id, conditions }) =>
    strategy_id === undefined ? conditions : byName.get(`strategy:${strategy_id}`)?.conditions,
  );
  const segments = new Set(trees.flatMap(segmentsIn));
  // A set is visited in the order of insertion, including what is added on the way.
  for (const key of segments) {
    const { conditions } = byName.get(`segment:${key}`) ?? {};
    trees.push(conditions as Rule['conditions']);
    for (const used of segmentsIn(conditions)) segments.add(used);
  }
  return trees.flatMap(patternsIn);
}

function tooMany(flagKey: string, found: string, field: string): AppError {
  const budget = `at most ${MAX_PATTERNS} patterns of ${MAX_INSTRUCTIONS} compiled instructions together`;
  const message = `The flag ${flagKey} would use ${found} in one environment; its rules, strategies and segments may use ${budget}`;
  return new AppError('invalid_pattern', message, [{ field, message, flag_key: flagKey }]);
}
