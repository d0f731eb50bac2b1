/** unleash-client: bootstrapped, no network, no metrics. */
import { once } from 'node:events';
import { InMemStorageProvider, Unleash } from 'unleash-client';
import { isBoolean, listOf, mapValues } from './neutral.mjs';

const OPERATORS = { in: 'IN', eq: 'IN', gte: 'NUM_GTE', endsWith: 'STR_ENDS_WITH' };
const constraintOf = ({ attribute, op, value }) => ({
  contextName: attribute,
  operator: OPERATORS[op],
  inverted: false,
  caseInsensitive: false,
  ...(op === 'gte' ? { value: String(value), values: [] } : { values: listOf(value) }),
});
const variantsOf = (split) =>
  split.map(([name, percent]) => ({
    name,
    weight: percent * 10,
    stickiness: 'userId',
    payload: { type: 'string', value: name },
  }));

function strategyOf({ key }, clauses, { percent = 100, segments = [], variants = [] } = {}) {
  const parameters = { rollout: String(percent), stickiness: 'userId', groupId: key };
  return { name: 'flexibleRollout', parameters, constraints: clauses.map(constraintOf), segments, variants };
}

function strategiesOf(flag, segmentIds) {
  const only = (variant) => variantsOf([[variant, 100]]);
  const strategies = flag.rules.flatMap(({ clauses, segment, rollout, serve, split }) => {
    if (rollout !== undefined) return [strategyOf(flag, clauses, { percent: rollout })];
    if (segment !== undefined)
      return segmentIds[segment].map((id) => strategyOf(flag, [], { segments: [id], variants: only(serve) }));
    if (isBoolean(flag)) return [strategyOf(flag, clauses)];
    return [strategyOf(flag, clauses, { variants: split === undefined ? only(serve) : variantsOf(split) })];
  });
  if (flag.otherwise !== undefined) strategies.push(strategyOf(flag, [], { variants: variantsOf(flag.otherwise) }));
  return strategies;
}

/** A segment is all of its constraints: one that is any of them becomes several. */
function segmentsOf(segments) {
  const list = [];
  const ids = mapValues(segments, (clauses) =>
    clauses.map((clause) =>
      list.push({ id: list.length + 1, name: `s${list.length}`, constraints: [constraintOf(clause)] }),
    ),
  );
  return { list, ids };
}

export async function make({ flags, segments }) {
  const { list, ids } = segmentsOf(segments);
  const data = flags.map((flag) => ({
    name: flag.key, type: 'release', enabled: flag.enabled, stale: false, project: 'default',
    strategies: strategiesOf(flag, ids), variants: [], impressionData: false, dependencies: [],
  })); // prettier-ignore
  const client = new Unleash({
    appName: 'bench',
    url: 'http://127.0.0.1:1/api/',
    refreshInterval: 0,
    disableMetrics: true,
    skipInstanceCountWarning: true,
    storageProvider: new InMemStorageProvider(),
    bootstrap: { data, segments: list },
  });
  client.on('error', () => {});
  client.on('warn', () => {});
  if (!client.isSynchronized()) await once(client, 'synchronized');
  const keys = flags.map(({ key }) => key);
  return {
    context: ({ userId, ...rest }) => ({ userId, properties: mapValues(rest, String) }),
    evaluatorOf: (flag) =>
      isBoolean(flag)
        ? (context) => client.isEnabled(flag.key, context)
        : (context) => client.getVariant(flag.key, context),
    variantOf: (answer) => (typeof answer === 'boolean' ? (answer ? 'on' : 'off') : answer.name),
    evaluateAll(context) {
      const all = {};
      for (const key of keys) all[key] = client.getVariant(key, context);
      return all;
    },
    variantsOf: (all) =>
      mapValues(all, ({ name, feature_enabled: isOn }) => (name === 'disabled' ? (isOn ? 'on' : 'off') : name)),
    close: () => client.destroy(),
  };
}
