import { type Fields, isObject, type Json } from '#libs/kernel';
import { readerOf } from '../conditions/attributes.js';
import { compileConditions, readGeo } from '../conditions/compile-conditions.js';
import type { Run } from '../conditions/condition-test.js';
import { fieldsOf } from '../documents/fields-of.js';
import type { ScopeView } from '../flags/scope-view.js';
import type { EvaluationContext } from '../values/evaluation.js';
import type { ConditionTrace, SegmentTrace } from './trace.js';

/** Input and progress of one explanation. `seen` has the flags and segments already explained: each is explained once. */
export interface ExplainState {
  readonly context: EvaluationContext;
  readonly run: Run;
  readonly seen: Set<unknown>;
}

/** Evaluates every leaf of a tree once, unlike an evaluation, which stops as soon as the result is known. */
export function explainConditions(tree: unknown, view: ScopeView, state: ExplainState): ConditionTrace {
  const branch = (child: unknown): ConditionTrace => explainConditions(child, view, state);
  if (Array.isArray(tree)) return allOf(tree.map(branch));
  if (!isObject(tree)) return { check: 'unknown', result: false };
  if (Array.isArray(tree['all'])) return allOf(tree['all'].map(branch));
  if (Array.isArray(tree['any'])) return anyOf(tree['any'].map(branch));
  if (Object.hasOwn(tree, 'not')) return negated(branch(tree['not']));
  return explainLeaf(tree, compileConditions(tree, view)(state.context, state.run), view, state);
}

const holds = ({ result }: ConditionTrace): boolean => result;
const allOf = (of: ConditionTrace[]): ConditionTrace => ({ check: 'all', result: of.every(holds), of });
const anyOf = (of: ConditionTrace[]): ConditionTrace => ({ check: 'any', result: of.some(holds), of });
const negated = (of: ConditionTrace): ConditionTrace => ({ check: 'not', result: !of.result, of });

function explainLeaf(leaf: Fields, result: boolean, view: ScopeView, state: ExplainState): ConditionTrace {
  const { attribute, geo, environment, segment } = leaf;
  const operator = String(leaf['operator']);
  if (typeof attribute === 'string') {
    const compared = withoutAbsent({ expected: leaf['value'], actual: readerOf(attribute)(state.context) });
    return { check: 'attribute', result, attribute, operator, ...compared };
  }
  if (typeof geo === 'string') {
    const compared = withoutAbsent({ actual: readGeo(state.context, geo) });
    return { check: 'geo', result, geo, operator, expected: (leaf['values'] ?? null) as Json, ...compared };
  }
  if (Array.isArray(environment)) {
    return { check: 'environment', result, expected: environment as readonly Json[], actual: view.environmentName };
  }
  if (typeof segment !== 'string') return { check: 'unknown', result };
  return { check: 'segment', result, segment, operator, ...explainSegment(segment, view, state) };
}

/** Removes fields that are undefined. */
function withoutAbsent(values: { [name: string]: unknown }): { expected?: Json; actual?: Json } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [name: string]: Json;
  };
}

type Membership = Pick<SegmentTrace, 'member' | 'because' | 'version' | 'conditions'>;

function explainSegment(key: string, view: ScopeView, state: ExplainState): Membership {
  const answer = view.segment(key).membership(state.context, state.run);
  const found = view.find('segment', key);
  if (answer === -1 || found === undefined) return { member: null, because: 'missing_or_cyclic' };
  const member = answer === 1;
  const document = fieldsOf(found.document);
  const version = Number(document['version'] ?? 0);
  if (state.seen.has(found.document)) return { member, because: 'seen_above', version };
  state.seen.add(found.document);
  const isListed = (ids: unknown): boolean => Array.isArray(ids) && ids.includes(state.context.user_id);
  if (isListed(document['excluded'])) return { member, because: 'excluded', version };
  if (isListed(document['included'])) return { member, because: 'included', version };
  const tree = document['conditions'] ?? { any: [] };
  return { member, because: 'conditions', version, conditions: explainConditions(tree, found.view, state) };
}
