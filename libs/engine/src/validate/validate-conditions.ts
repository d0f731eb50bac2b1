import { type Fields, isObject } from '#libs/kernel';
import { isOperator } from '../conditions/operators.js';
import { operands } from './validate-operands.js';

/** A mistake in something written: `field` is its path, `conditions.all[1].value`. */
export interface Problem {
  readonly code: 'invalid_condition' | 'invalid_pattern' | 'invalid_percentage' | 'invalid_schedule';
  readonly field: string;
  readonly message: string;
}
export interface ConditionsReport {
  /** The first mistake, in the order of the text. */
  readonly problem: Problem | undefined;
  /** Keys of the segments named, each once; whether they exist is the caller's to check. */
  readonly segments: readonly string[];
}

export const MAX_CONDITION_DEPTH = 20;
const MAX_NAME = 200;

const wrong = (field: string, message: string): Problem => ({ code: 'invalid_condition', field, message });

/** Checks a condition tree as it is written (specification 04). Compiling never fails; this is where mistakes are told. */
export function validateConditions(tree: unknown, field = 'conditions'): ConditionsReport {
  const segments = new Set<string>();
  const problem = checkTree(tree, { field, depth: 1 }, segments);
  return { problem, segments: [...segments] };
}

interface Place {
  readonly field: string;
  readonly depth: number;
}

function checkTree(tree: unknown, { field, depth }: Place, segments: Set<string>): Problem | undefined {
  if (depth > MAX_CONDITION_DEPTH) return wrong(field, `is more than ${MAX_CONDITION_DEPTH} levels deep`);
  const inside = (name: string): Place => ({ field: `${field}${name}`, depth: depth + 1 });
  if (Array.isArray(tree)) return firstProblem(tree, (child, i) => checkTree(child, inside(`[${i}]`), segments));
  if (!isObject(tree)) return wrong(field, 'must be a condition: an object or a list');
  for (const group of ['all', 'any']) {
    const children = tree[group];
    if (children === undefined) continue;
    if (!Array.isArray(children)) return wrong(`${field}.${group}`, 'must be a list of conditions');
    const unknown = strangers(tree, [group], field);
    return unknown ?? firstProblem(children, (child, i) => checkTree(child, inside(`.${group}[${i}]`), segments));
  }
  if (Object.hasOwn(tree, 'not'))
    return strangers(tree, ['not'], field) ?? checkTree(tree['not'], inside('.not'), segments);
  return checkLeaf(tree, field, segments);
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

function strangers(leaf: Fields, known: readonly string[], field: string): Problem | undefined {
  const stranger = Object.keys(leaf).find((key) => !known.includes(key));
  return stranger === undefined ? undefined : wrong(`${field}.${stranger}`, `is unknown beside ${known.join(', ')}`);
}

function checkLeaf(leaf: Fields, field: string, segments: Set<string>): Problem | undefined {
  if (leaf['attribute'] !== undefined) return checkAttribute(leaf, field);
  if (leaf['geo'] !== undefined) return checkGeo(leaf, field);
  if (leaf['environment'] !== undefined) return checkEnvironment(leaf, field);
  if (leaf['segment'] !== undefined) return checkSegment(leaf, field, segments);
  return wrong(field, 'must be one of all, any, not, attribute, geo, environment or segment');
}

const isName = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= MAX_NAME;
const areTexts = (value: unknown): boolean => Array.isArray(value) && value.every((item) => typeof item === 'string');

function checkAttribute(leaf: Fields, field: string): Problem | undefined {
  const { attribute, operator, value } = leaf;
  if (!isName(attribute)) return wrong(`${field}.attribute`, `must be a name of 1 to ${MAX_NAME} characters`);
  if (!isOperator(operator)) return wrong(`${field}.operator`, 'is unknown');
  const unknown = strangers(leaf, ['attribute', 'operator', 'value'], field);
  if (unknown !== undefined) return unknown;
  const complaint = operands[operator](value);
  return (
    complaint && { ...complaint, field: `${field}.value`, message: `The value of ${operator} ${complaint.message}` }
  );
}

const checkMembership = (operator: unknown, field: string): Problem | undefined =>
  operator === 'in' || operator === 'not_in' ? undefined : wrong(`${field}.operator`, 'must be in or not_in');

function checkGeo(leaf: Fields, field: string): Problem | undefined {
  const { geo, operator, values } = leaf;
  if (geo !== 'country' && geo !== 'region' && geo !== 'city')
    return wrong(`${field}.geo`, 'must be country, region or city');
  if (!areTexts(values)) return wrong(`${field}.values`, 'must be a list of strings');
  return checkMembership(operator, field) ?? strangers(leaf, ['geo', 'operator', 'values'], field);
}

function checkEnvironment(leaf: Fields, field: string): Problem | undefined {
  if (!areTexts(leaf['environment'])) return wrong(`${field}.environment`, 'must be a list of environment names');
  return strangers(leaf, ['environment'], field);
}

function checkSegment(leaf: Fields, field: string, segments: Set<string>): Problem | undefined {
  const { segment, operator } = leaf;
  if (!isName(segment)) return wrong(`${field}.segment`, 'must be the key of a segment');
  segments.add(segment);
  return checkMembership(operator, field) ?? strangers(leaf, ['segment', 'operator'], field);
}
