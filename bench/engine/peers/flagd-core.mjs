/** flagd-core: the in-process engine of flagd's providers. */
import { FlagdCore, MemoryStorage } from '@openfeature/flagd-core';
import { isBoolean, variantOf } from './neutral.mjs';

const log = { debug() {}, info() {}, warn() {}, error() {} };
const readOf = (attribute) => ({ var: attribute === 'userId' ? 'targetingKey' : attribute });
const operators = { in: 'in', eq: '==', gte: '>=', endsWith: 'ends_with' };
const clauseOf = ({ attribute, op, value }) => ({ [operators[op]]: [readOf(attribute), value] });
const allOf = (clauses) => (clauses.length === 1 ? clauseOf(clauses[0]) : { and: clauses.map(clauseOf) });
const splitOf = (split) => ({ fractional: [{ cat: [{ var: '$flagd.flagKey' }, { var: 'targetingKey' }] }, ...split] });

function booleanTargeting({ rules: [rule], enabled }) {
  if (rule === undefined || !enabled) return undefined;
  if (rule.rollout === undefined) return { if: [allOf(rule.clauses), 'on', 'off'] };
  return splitOf([
    ['on', rule.rollout],
    ['off', 100 - rule.rollout],
  ]);
}

function manyTargeting({ rules, otherwise }) {
  const parts = rules.flatMap((rule) => [
    rule.segment === undefined ? allOf(rule.clauses) : { $ref: rule.segment },
    rule.split === undefined ? rule.serve : splitOf(rule.split),
  ]);
  return { if: [...parts, splitOf(otherwise)] };
}

/** flagd has no "off serves the off variant": a DISABLED flag is an error. A flag that is off has no targeting. */
function flagOf(flag) {
  const targeting = isBoolean(flag) ? booleanTargeting(flag) : manyTargeting(flag);
  const variants = isBoolean(flag) ? { on: true, off: false } : Object.fromEntries(flag.variants.map((v) => [v, v]));
  return { state: 'ENABLED', variants, defaultVariant: flag.variants[0], ...(targeting && { targeting }) };
}

export function make({ flags, segments }) {
  const core = new FlagdCore(new MemoryStorage(log), log);
  const $evaluators = Object.fromEntries(
    Object.entries(segments).map(([key, clauses]) => [key, { or: clauses.map(clauseOf) }]),
  );
  core.setConfigurations(
    JSON.stringify({ $evaluators, flags: Object.fromEntries(flags.map((flag) => [flag.key, flagOf(flag)])) }),
  );
  return {
    context: ({ userId, ...rest }) => ({ targetingKey: userId, ...rest }),
    evaluatorOf: (flag) =>
      isBoolean(flag)
        ? (context) => core.resolveBooleanEvaluation(flag.key, false, context, log)
        : (context) => core.resolveStringEvaluation(flag.key, 'none', context, log),
    variantOf: ({ value }) => variantOf(value),
    evaluateAll: (context) => core.resolveAll(context, log),
    variantsOf: (all) => Object.fromEntries(all.map(({ flagKey, value }) => [flagKey, variantOf(value)])),
  };
}
