import { type Fields, isObject } from '#libs/kernel';
import { weighConditions } from '../conditions/weigh-conditions.js';
import { isOperator } from '../conditions/operators.js';
import { MAX_PATTERNS } from '../values/work.js';
import { operands } from './validate-operands.js';

/** A mistake in a condition, percentage or schedule. `field` is its path, such as `conditions.all[1].value`. */
export interface Problem {
  readonly code: 'invalid_condition' | 'invalid_pattern' | 'invalid_percentage' | 'invalid_schedule';
  readonly field: string;
  readonly message: string;
}
export interface ConditionsReport {
  /** The first mistake in reading order. */
  readonly problem: Problem | undefined;
  /** Keys of the segments referred to, without duplicates. The caller checks whether they exist. */
  readonly segments: readonly string[];
}

const MAX_CONDITION_DEPTH = 20;
/** Parsing a range of versions takes about 50 µs, at every write and whenever a flag is compiled. */
const MAX_RANGES = 400;
const MAX_NAME = 200;

const invalid = (field: string, message: string): Problem => ({ code: 'invalid_condition', field, message });

/** What the trees that are checked together may still hold. */
export interface ConditionsBudget {
  ranges: number;
}

/** The budget of one object: the rules of a configuration, a strategy or a segment. */
export function conditionsBudget(): ConditionsBudget {
  return { ranges: MAX_RANGES };
}

/** Checks a condition tree before it is stored (specification 04). Compilation ignores mistakes, so they are reported here. */
export function validateConditions(
  tree: unknown,
  field = 'conditions',
  budget: ConditionsBudget = conditionsBudget(),
): ConditionsReport {
  const segments = new Set<string>();
  const patterns = weighConditions(tree).patterns.length;
  if (patterns > MAX_PATTERNS) {
    const message = `contain ${patterns} patterns; a flag and what it uses may contain ${MAX_PATTERNS}`;
    return { problem: { code: 'invalid_pattern', field, message }, segments: [] };
  }
  const problem = checkTree(tree, { field, depth: 1 }, { segments, budget });
  return { problem, segments: [...segments] };
}

interface Seen {
  readonly segments: Set<string>;
  readonly budget: ConditionsBudget;
}
interface Place {
  readonly field: string;
  readonly depth: number;
}

function checkTree(tree: unknown, { field, depth }: Place, seen: Seen): Problem | undefined {
  if (depth > MAX_CONDITION_DEPTH) return invalid(field, `is more than ${MAX_CONDITION_DEPTH} levels deep`);
  const inside = (name: string): Place => ({ field: `${field}${name}`, depth: depth + 1 });
  if (Array.isArray(tree)) return firstProblem(tree, (child, i) => checkTree(child, inside(`[${i}]`), seen));
  if (!isObject(tree)) return invalid(field, 'must be a condition: an object or a list');
  for (const group of ['all', 'any']) {
    const children = tree[group];
    if (children === undefined) continue;
    if (!Array.isArray(children)) return invalid(`${field}.${group}`, 'must be a list of conditions');
    const unknown = unknownField(tree, [group], field);
    return unknown ?? firstProblem(children, (child, i) => checkTree(child, inside(`.${group}[${i}]`), seen));
  }
  if (Object.hasOwn(tree, 'not'))
    return unknownField(tree, ['not'], field) ?? checkTree(tree['not'], inside('.not'), seen);
  return checkLeaf(tree, field, seen);
}

function firstProblem(
  children: readonly unknown[],
  check: (child: unknown, index: number) => Problem | undefined,
): Problem | undefined {
  for (const [index, child] of children.entries()) {
    const problem = check(child, index);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function unknownField(leaf: Fields, known: readonly string[], field: string): Problem | undefined {
  const name = Object.keys(leaf).find((key) => !known.includes(key));
  return name === undefined ? undefined : invalid(`${field}.${name}`, `is unknown; allowed here: ${known.join(', ')}`);
}

function checkLeaf(leaf: Fields, field: string, seen: Seen): Problem | undefined {
  if (leaf['attribute'] !== undefined) return checkAttribute(leaf, field, seen.budget);
  if (leaf['geo'] !== undefined) return checkGeo(leaf, field);
  if (leaf['environment'] !== undefined) return checkEnvironment(leaf, field);
  if (leaf['segment'] !== undefined) return checkSegment(leaf, field, seen.segments);
  return invalid(field, 'must be one of all, any, not, attribute, geo, environment or segment');
}

const isName = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= MAX_NAME;
const areTexts = (value: unknown): boolean => Array.isArray(value) && value.every((item) => typeof item === 'string');

function checkAttribute(leaf: Fields, field: string, budget: ConditionsBudget): Problem | undefined {
  const { attribute, operator, value } = leaf;
  if (!isName(attribute)) return invalid(`${field}.attribute`, `must be a name of 1 to ${MAX_NAME} characters`);
  if (!isOperator(operator)) return invalid(`${field}.operator`, 'is unknown');
  const unknown = unknownField(leaf, ['attribute', 'operator', 'value'], field);
  if (unknown !== undefined) return unknown;
  if (operator === 'semver_in_range' && --budget.ranges < 0)
    return invalid(field, `is one range of versions too many: at most ${MAX_RANGES}`);
  const problem = operands[operator](value);
  return problem && { ...problem, field: `${field}.value`, message: `The value of ${operator} ${problem.message}` };
}

const checkMembership = (operator: unknown, field: string): Problem | undefined =>
  operator === 'in' || operator === 'not_in' ? undefined : invalid(`${field}.operator`, 'must be in or not_in');

function checkGeo(leaf: Fields, field: string): Problem | undefined {
  const { geo, operator, values } = leaf;
  if (geo !== 'country' && geo !== 'region' && geo !== 'city')
    return invalid(`${field}.geo`, 'must be country, region or city');
  if (!areTexts(values)) return invalid(`${field}.values`, 'must be a list of strings');
  return checkMembership(operator, field) ?? unknownField(leaf, ['geo', 'operator', 'values'], field);
}

function checkEnvironment(leaf: Fields, field: string): Problem | undefined {
  if (!areTexts(leaf['environment'])) return invalid(`${field}.environment`, 'must be a list of environment names');
  return unknownField(leaf, ['environment'], field);
}

function checkSegment(leaf: Fields, field: string, segments: Set<string>): Problem | undefined {
  const { segment, operator } = leaf;
  if (!isName(segment)) return invalid(`${field}.segment`, 'must be the key of a segment');
  segments.add(segment);
  return checkMembership(operator, field) ?? unknownField(leaf, ['segment', 'operator'], field);
}
