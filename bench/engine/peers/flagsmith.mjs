/** flagsmith-nodejs: its offline document. Every call evaluates an environment, so a single flag has one of its own. */
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Flagsmith } from 'flagsmith-nodejs';
import { isBoolean } from './neutral.mjs';

const entry = createRequire(import.meta.url).resolve('flagsmith-nodejs');
const esm = path.dirname(entry).replace(/build[\\/](cjs|esm).*/, 'build/esm');
const { buildEnvironmentModel } = await import(
  pathToFileURL(path.join(esm, 'flagsmith-engine/environments/util.js')).href
);

const OPERATORS = { in: 'IN', eq: 'EQUAL', gte: 'GREATER_THAN_INCLUSIVE', endsWith: 'REGEX' };
let ids = 0;
const uuid = () => `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}`;

const conditionOf = ({ attribute, op, value }) => ({
  operator: OPERATORS[op],
  property_: attribute,
  value: op === 'in' ? value.join(',') : op === 'endsWith' ? `.*${value.replace(/\./g, '\\.')}$` : String(value),
});
const splitOf = (split = []) =>
  split.map(([value, percent]) => ({
    id: ++ids, percentage_allocation: percent, multivariate_feature_option: { id: ++ids, value }, mv_fs_value_uuid: uuid(),
  })); // prettier-ignore
const stateOf = (feature, enabled, value, split) => ({
  id: ++ids, django_id: ids, featurestate_uuid: uuid(), feature, enabled, feature_state_value: value,
  multivariate_feature_state_values: splitOf(split),
}); // prettier-ignore

function ruleOf({ clauses, segment, rollout }, segments) {
  if (segment !== undefined) return { type: 'ANY', rules: [], conditions: segments[segment].map(conditionOf) };
  if (rollout === undefined) return { type: 'ALL', rules: [], conditions: clauses.map(conditionOf) };
  return {
    type: 'ALL',
    rules: [],
    conditions: [{ operator: 'PERCENTAGE_SPLIT', property_: '', value: String(rollout) }],
  };
}

function flagOf(flag, segments) {
  const feature = { id: ++ids, name: flag.key, type: 'STANDARD' };
  const served = (value) => (isBoolean(flag) ? null : (value ?? 'none'));
  const overrides = (flag.enabled ? flag.rules : []).map((rule, priority) => ({
    id: ++ids,
    name: `${flag.key}-r${priority}`,
    rules: [{ type: 'ALL', rules: [ruleOf(rule, segments)], conditions: [] }],
    feature_states: [{ ...stateOf(feature, true, served(rule.serve), rule.split), feature_segment: { priority } }],
  }));
  return { overrides, state: stateOf(feature, !isBoolean(flag), served(undefined), flag.otherwise) };
}

function clientOf(flags, segments) {
  const made = flags.map((flag) => flagOf(flag, segments));
  const organisation = {
    id: 1,
    name: 'o',
    feature_analytics: false,
    stop_serving_flags: false,
    persist_trait_data: true,
  };
  const all = made.flatMap(({ overrides }) => overrides);
  const model = buildEnvironmentModel({
    id: 1, api_key: 'B62qaMZNwfiqT76p38ggrQ', name: 'env', identity_overrides: [],
    project: { id: 1, name: 'p', hide_disabled_flags: false, organisation, segments: all },
    feature_states: made.map(({ state }) => state),
  }); // prettier-ignore
  return new Flagsmith({ offlineMode: true, offlineHandler: { getEnvironment: () => model } });
}

export function make({ flags, segments }) {
  const whole = clientOf(flags, segments);
  return {
    isAsync: true,
    context: (person) => ({ id: person.userId, traits: { ...person } }),
    evaluatorOf(flag) {
      const alone = clientOf([flag], segments);
      return isBoolean(flag)
        ? async ({ id, traits }) => (await alone.getIdentityFlags(id, traits)).isFeatureEnabled(flag.key)
        : async ({ id, traits }) => (await alone.getIdentityFlags(id, traits)).getFeatureValue(flag.key);
    },
    variantOf: (answer) => (typeof answer === 'boolean' ? (answer ? 'on' : 'off') : answer),
    evaluateAll: ({ id, traits }) => whole.getIdentityFlags(id, traits),
    variantsOf: (all) =>
      Object.fromEntries(
        all.allFlags().map(({ featureName, value, enabled }) => [featureName, value ?? (enabled ? 'on' : 'off')]),
      ),
  };
}
