/** GrowthBook: its client for servers. */
import { GrowthBookClient } from '@growthbook/growthbook';
import { booleanOf, endsWithPattern, isBoolean, mapValues, variantOf } from './neutral.mjs';

function clauseOf({ attribute, op, value }) {
  const name = attribute === 'userId' ? 'id' : attribute;
  if (op === 'in') return { [name]: { $in: value } };
  if (op === 'eq') return { [name]: value };
  return { [name]: op === 'gte' ? { $gte: value } : { $regex: endsWithPattern(value) } };
}
const allOf = (clauses) => Object.assign({}, ...clauses.map(clauseOf));
const splitOf = (key, split) => ({
  variations: split.map(([variant]) => variant),
  weights: split.map(([, weight]) => weight / 100),
  coverage: 1,
  hashAttribute: 'id',
  key,
  hashVersion: 2,
});

function ruleOf(flag, { clauses, segment, rollout, serve, split }, segments) {
  const condition =
    segment !== undefined ? { $or: segments[segment].map(clauseOf) } : clauses.length > 0 ? allOf(clauses) : undefined;
  const base = condition && { condition };
  if (split !== undefined) return { ...base, ...splitOf(flag.key, split) };
  const force = isBoolean(flag) ? booleanOf(serve) : serve;
  if (rollout === undefined) return { ...base, force };
  return { ...base, force, coverage: rollout / 100, hashAttribute: 'id', seed: flag.key, hashVersion: 2 };
}

function featureOf(flag, segments) {
  const rules = flag.enabled ? flag.rules.map((rule) => ruleOf(flag, rule, segments)) : [];
  if (flag.otherwise !== undefined) rules.push(splitOf(flag.key, flag.otherwise));
  return { defaultValue: isBoolean(flag) ? false : 'none', rules };
}

export function make({ flags, segments }) {
  const features = Object.fromEntries(flags.map((flag) => [flag.key, featureOf(flag, segments)]));
  const client = new GrowthBookClient().initSync({ payload: { features } });
  return {
    context: ({ userId, ...rest }) => ({ attributes: { id: userId, ...rest } }),
    evaluatorOf: (flag) =>
      isBoolean(flag)
        ? (context) => client.isOn(flag.key, context)
        : (context) => client.getFeatureValue(flag.key, 'none', context),
    variantOf,
    evaluateAll(context) {
      const all = {};
      for (const { key } of flags) all[key] = client.evalFeature(key, context);
      return all;
    },
    variantsOf: (all) => mapValues(all, ({ value }) => variantOf(value)),
  };
}
