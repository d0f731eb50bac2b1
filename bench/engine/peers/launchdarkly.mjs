/** LaunchDarkly: its server SDK over its own test data, events off. */
import { basicLogger, init } from '@launchdarkly/node-server-sdk';
import { TestData } from '@launchdarkly/node-server-sdk/integrations';
import { booleanOf, isBoolean, listOf, mapValues, variantOf } from './neutral.mjs';

const OPERATORS = { in: 'in', eq: 'in', gte: 'greaterThanOrEqual', endsWith: 'endsWith' };
const clauseOf = ({ attribute, op, value }) => ({
  contextKind: 'user',
  attribute: attribute === 'userId' ? 'key' : attribute,
  op: OPERATORS[op],
  values: listOf(value),
  negate: false,
});
const memberOf = (segment) => ({
  contextKind: 'user',
  attribute: '',
  op: 'segmentMatch',
  values: [segment],
  negate: false,
});

function flagOf(flag) {
  const variations = isBoolean(flag) ? flag.variants.map(booleanOf) : flag.variants;
  const indexOf = (variant) => flag.variants.indexOf(variant);
  const splitOf = (split) => ({
    rollout: {
      contextKind: 'user',
      variations: split.map(([variant, percent]) => ({ variation: indexOf(variant), weight: percent * 1_000 })),
    },
  });
  let fallthrough = flag.otherwise === undefined ? { variation: 0 } : splitOf(flag.otherwise);
  const rules = [];
  for (const [index, { clauses, segment, rollout, serve, split }] of flag.rules.entries()) {
    if (rollout !== undefined) {
      fallthrough = splitOf([['on', rollout], ['off', 100 - rollout]]); // prettier-ignore
      continue;
    }
    const all = [...clauses.map(clauseOf), ...(segment === undefined ? [] : [memberOf(segment)])];
    rules.push({
      id: `r${index}`,
      clauses: all,
      ...(split === undefined ? { variation: indexOf(serve) } : splitOf(split)),
    });
  }
  return {
    key: flag.key, version: 1, on: flag.enabled, salt: `salt-${flag.key}`, offVariation: 0, variations, prerequisites: [],
    targets: [], contextTargets: [], rules, fallthrough, trackEvents: false, trackEventsFallthrough: false,
  }; // prettier-ignore
}

export async function make({ flags, segments }) {
  const data = new TestData();
  for (const [key, clauses] of Object.entries(segments)) {
    const rules = clauses.map((clause, index) => ({ id: `s${index}`, clauses: [clauseOf(clause)] }));
    await data.usePreconfiguredSegment({ key, version: 1, included: [], excluded: [], salt: 's', rules });
  }
  for (const flag of flags) await data.usePreconfiguredFlag(flagOf(flag));
  const client = init('sdk-key', {
    updateProcessor: data.getFactory(),
    sendEvents: false,
    diagnosticOptOut: true,
    logger: basicLogger({ level: 'none' }),
  });
  await client.waitForInitialization({ timeout: 10 });
  return {
    isAsync: true,
    context: ({ userId, ...rest }) => ({ kind: 'user', key: userId, ...rest }),
    evaluatorOf: ({ key, variants }) => {
      const fallback = variants.length === 2 ? false : 'none';
      return (context) => client.variation(key, context, fallback);
    },
    variantOf,
    evaluateAll: (context) => client.allFlagsState(context, { withReasons: true }),
    variantsOf: (all) => mapValues(all.allValues(), variantOf),
    close: () => client.close(),
  };
}
