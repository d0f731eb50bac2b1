/** Statsig: its Rust core for Node, fed by a data store, no network and no exposures. */
import { Statsig, StatsigUser } from '@statsig/statsig-node-core';
import { isBoolean, listOf, mapValues, variantOf } from './neutral.mjs';

const QUIET = { disableExposureLogging: true };
const ALWAYS = {
  type: 'public',
  targetValue: null,
  operator: null,
  field: null,
  additionalValues: null,
  idType: 'userID',
};
const OPERATORS = { in: 'any', eq: 'any', gte: 'gte', endsWith: 'str_ends_with_any' };

class Specs {
  conditions = {};

  add(condition) {
    const id = String(1_000 + Object.keys(this.conditions).length);
    this.conditions[id] = { additionalValues: {}, idType: 'userID', ...condition };
    return id;
  }
  clause({ attribute, op, value }) {
    const field = attribute === 'userId' ? 'userID' : attribute;
    return this.add({
      type: 'user_field',
      targetValue: op === 'gte' ? value : listOf(value),
      operator: OPERATORS[op],
      field,
    });
  }
  memberOf(segment) {
    return this.add({ type: 'pass_gate', targetValue: `segment:${segment}`, operator: null, field: null });
  }
  below(salt, thousandths) {
    return this.add({
      type: 'user_bucket',
      targetValue: thousandths,
      operator: 'lt',
      field: null,
      additionalValues: { salt },
    });
  }
}

const ruleOf = (id, conditions, returnValue, passPercentage = 100) => ({
  name: id, groupName: id, passPercentage, conditions, returnValue, id, salt: `${id}-salt`, idType: 'userID',
}); // prettier-ignore
const gateOf = (salt, enabled, rules, entity) => ({
  type: 'feature_gate', salt, enabled, defaultValue: false, rules, idType: 'userID', entity, version: 1,
}); // prettier-ignore

function booleanFlag(flag, specs) {
  const rules = flag.rules.map(({ clauses, rollout }, index) => {
    const conditions = clauses.length === 0 ? [specs.add(ALWAYS)] : clauses.map((clause) => specs.clause(clause));
    return ruleOf(`${flag.key}:${index}`, conditions, true, rollout);
  });
  return gateOf(flag.key, flag.enabled, rules, 'feature_gate');
}

function manyFlag({ key, rules, otherwise }, specs) {
  const splitOf = (id, conditions, split) => {
    let sum = 0;
    return split.map(([value, percent]) => {
      sum += percent * 10;
      return ruleOf(`${key}:${id}:${value}`, [...conditions, specs.below(`${key}:${id}`, sum)], { value });
    });
  };
  const all = rules.flatMap(({ clauses, segment, serve, split }, index) => {
    const conditions =
      segment === undefined ? clauses.map((clause) => specs.clause(clause)) : [specs.memberOf(segment)];
    return split === undefined
      ? [ruleOf(`${key}:${index}`, conditions, { value: serve })]
      : splitOf(index, conditions, split);
  });
  return {
    type: 'dynamic_config', salt: key, enabled: true, defaultValue: { value: 'none' },
    rules: [...all, ...splitOf('default', [], otherwise)], idType: 'userID', entity: 'dynamic_config', version: 1,
  }; // prettier-ignore
}

function specsOf(flags, segments) {
  const specs = new Specs();
  const byKey = (list, make) => Object.fromEntries(list.map((flag) => [flag.key, make(flag, specs)]));
  const gates = Object.entries(segments).map(([key, clauses]) => {
    const rules = clauses.map((clause, index) => ruleOf(`${key}-${index}`, [specs.clause(clause)], true));
    return [`segment:${key}`, gateOf(key, true, rules, 'segment')];
  });
  return {
    dynamic_configs: byKey(flags.filter((flag) => !isBoolean(flag)), manyFlag),
    feature_gates: { ...Object.fromEntries(gates), ...byKey(flags.filter(isBoolean), booleanFlag) },
    condition_map: specs.conditions,
    experiment_to_layer: {}, layer_configs: {}, has_updates: true, time: Date.now(), company_id: 'c', response_format: 'dcs-v2',
    param_stores: {}, sdk_keys_to_app_ids: {}, session_replay_info: null, diagnostics: {}, sdk_configs: {}, id_lists: {}, checksum: '1',
  }; // prettier-ignore
}

export async function make({ flags, segments }) {
  const result = JSON.stringify(specsOf(flags, segments));
  const client = new Statsig('secret-bench', {
    disableNetwork: true,
    disableAllLogging: true,
    outputLogLevel: 'none',
    disableCountryLookup: true,
    waitForCountryLookupInit: false,
    specAdaptersConfig: [{ adapterType: 'data_store', initTimeoutMs: 3_000 }],
    dataStore: {
      initialize: async () => {},
      shutdown: async () => {},
      get: async () => ({ result, time: Date.now() }),
      set: async () => {},
      supportPollingUpdatesFor: async () => false,
    },
  });
  await client.initialize();
  return {
    context: ({ userId, country, email, ...custom }) => new StatsigUser({ userID: userId, country, email, custom }),
    evaluatorOf: (flag) =>
      isBoolean(flag)
        ? (user) => client.checkGate(user, flag.key, QUIET)
        : (user) => client.getDynamicConfig(user, flag.key, QUIET),
    variantOf: (answer) => variantOf(typeof answer === 'boolean' ? answer : answer.getValue('value', 'none')),
    evaluateAll: (user) => client.getClientInitializeResponse(user, { hashAlgorithm: 'none' }),
    variantsOf(text) {
      const { feature_gates: gates, dynamic_configs: configs } = JSON.parse(text);
      return {
        ...mapValues(gates, ({ value }) => variantOf(value)),
        ...mapValues(configs, ({ value }) => value.value),
      };
    },
    close: () => client.shutdown(500),
  };
}
