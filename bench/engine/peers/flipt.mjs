/** flipt-client-js: Flipt's Rust engine as WebAssembly. */
import { FliptClient } from '@flipt-io/flipt-client-js';
import { isBoolean, mapValues } from './neutral.mjs';

const OPERATORS = { in: 'isoneof', eq: 'eq', gte: 'gte', endsWith: 'suffix' };
const NEVER = '2024-01-01T00:00:00Z';
let ids = 0;

const typeOf = ({ attribute, op }) => (attribute === 'userId' ? 'ENTITY_ID' : op === 'gte' ? 'NUMBER' : 'STRING');
const constraintOf = (clause) => ({
  id: `c${++ids}`,
  type: `${typeOf(clause)}_CONSTRAINT_COMPARISON_TYPE`,
  property: clause.attribute === 'userId' ? 'entity_id' : clause.attribute,
  operator: OPERATORS[clause.op],
  value: clause.op === 'in' ? JSON.stringify(clause.value) : String(clause.value),
});
const segmentOf = (key, clauses, match = 'ALL') => ({
  key, name: key, description: '', matchType: `${match}_SEGMENT_MATCH_TYPE`, createdAt: null, updatedAt: null,
  constraints: clauses.map(constraintOf),
}); // prettier-ignore
const distributionsOf = (split) =>
  split.map(([variant, rollout]) => ({
    id: `d${++ids}`, ruleId: '', variantId: variant, variantKey: variant, variantAttachment: '', rollout,
  })); // prettier-ignore

function flagOf(flag, segments) {
  const segmentsOf = ({ clauses, segment }, index) =>
    segment === undefined
      ? [segmentOf(`${flag.key}-s${index}`, clauses)]
      : [segmentOf(segment, segments[segment], 'ANY')];
  const base = {
    key: flag.key,
    name: flag.key,
    description: '',
    createdAt: NEVER,
    updatedAt: NEVER,
    rules: [],
    rollouts: [],
  };
  if (isBoolean(flag)) {
    const rollouts = (flag.enabled ? flag.rules : []).map((rule, index) =>
      rule.rollout === undefined
        ? {
            type: 'SEGMENT_ROLLOUT_TYPE', rank: index + 1,
            segment: { value: true, segmentOperator: 'OR_SEGMENT_OPERATOR', segments: segmentsOf(rule, index) },
          } // prettier-ignore
        : { type: 'THRESHOLD_ROLLOUT_TYPE', rank: index + 1, threshold: { percentage: rule.rollout, value: true } },
    );
    // `enabled` is what falls through.
    return { ...base, type: 'BOOLEAN_FLAG_TYPE', enabled: false, rollouts };
  }
  const rules = [...flag.rules, { clauses: [], split: flag.otherwise }].map((rule, index) => ({
    id: `r${++ids}`, rank: index + 1, segments: segmentsOf(rule, index), segmentOperator: 'OR_SEGMENT_OPERATOR',
    distributions: distributionsOf(rule.split ?? [[rule.serve, 100]]),
  })); // prettier-ignore
  return { ...base, type: 'VARIANT_FLAG_TYPE', enabled: flag.enabled, rules };
}

export async function make({ flags, segments }) {
  const namespace = { key: 'default', name: '', description: '', protected: false, createdAt: null, updatedAt: null };
  const snapshot = { namespace, flags: flags.map((flag) => flagOf(flag, segments)) };
  const response = {
    ok: true,
    status: 200,
    statusText: 'OK',
    headers: { get: () => null },
    json: async () => snapshot,
  };
  const client = await FliptClient.init({ namespace: 'default', updateInterval: 0, fetcher: async () => response });
  const keys = flags.map(({ key }) => key);
  const ask = (flagKey, { entityId, context }) => ({ flagKey, entityId, context });
  const read = ({ enabled, variantKey }) => variantKey ?? (enabled ? 'on' : 'off');
  return {
    context: ({ userId, ...rest }) => ({ entityId: userId, context: mapValues(rest, String) }),
    evaluatorOf: (flag) =>
      isBoolean(flag)
        ? (context) => client.evaluateBoolean(ask(flag.key, context))
        : (context) => client.evaluateVariant(ask(flag.key, context)),
    variantOf: read,
    evaluateAll: (context) => client.evaluateBatch(keys.map((key) => ask(key, context))),
    variantsOf: ({ responses }) =>
      Object.fromEntries(
        responses
          .map((one) => one.booleanEvaluationResponse ?? one.variantEvaluationResponse)
          .map((one) => [one.flagKey, read(one)]),
      ),
    close: () => client.close(),
  };
}
