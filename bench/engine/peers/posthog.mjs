/** posthog-node: local evaluation, fed by a server on the loopback. */
import http from 'node:http';
import { once } from 'node:events';
import { PostHog } from 'posthog-node';
import { endsWithPattern, isBoolean, listOf, mapValues, variantOf } from './neutral.mjs';

const HOUR_MS = 3_600_000;
const OPERATORS = { in: 'exact', eq: 'exact', gte: 'gte', endsWith: 'regex' };
const propertyOf = ({ attribute, op, value }) => ({
  key: attribute === 'userId' ? 'uid' : attribute,
  type: 'person',
  operator: OPERATORS[op],
  value: op === 'endsWith' ? endsWithPattern(value) : op === 'gte' ? value : listOf(value),
});

/** One split for the whole flag: a rule with a split of its own takes that one. */
function filtersOf(flag, cohortIds) {
  const groups = flag.rules.map(({ clauses, segment, rollout, serve, split }) => ({
    properties:
      segment === undefined ? clauses.map(propertyOf) : [{ key: 'id', type: 'cohort', value: cohortIds[segment] }],
    rollout_percentage: rollout ?? 100,
    variant: isBoolean(flag) || split !== undefined ? null : serve,
  }));
  if (isBoolean(flag)) return { groups, payloads: {}, multivariate: null };
  groups.push({ properties: [], rollout_percentage: 100, variant: null });
  const variants = flag.otherwise.map(([key, percent]) => ({ key, rollout_percentage: percent }));
  return { groups, payloads: {}, multivariate: { variants } };
}

function definitionsOf(flags, segments) {
  const names = Object.keys(segments);
  const cohortIds = Object.fromEntries(names.map((name, index) => [name, index + 1]));
  const cohort = (clauses) => ({
    type: 'OR',
    values: clauses.map((clause) => ({ type: 'AND', values: [propertyOf(clause)] })),
  });
  const cohorts = Object.fromEntries(names.map((name) => [cohortIds[name], cohort(segments[name])]));
  const list = flags.map((flag, index) => ({
    id: index + 1, key: flag.key, name: flag.key, active: flag.enabled, deleted: false, rollout_percentage: null,
    is_simple_flag: false, ensure_experience_continuity: false, filters: filtersOf(flag, cohortIds),
  })); // prettier-ignore
  return { group_type_mapping: {}, cohorts, flags: list };
}

export async function make({ flags, segments }) {
  console.warn = () => {};
  const body = JSON.stringify(definitionsOf(flags, segments));
  const server = http.createServer(({ url }, response) => {
    const isAsked = url.includes('definitions') || url.includes('local_evaluation');
    response.setHeader('content-type', 'application/json').end(isAsked ? body : '{}');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const client = new PostHog('phc_x', {
    host: `http://127.0.0.1:${server.address().port}`,
    personalApiKey: 'phx_x',
    featureFlagsPollingInterval: HOUR_MS,
    flushInterval: HOUR_MS,
    disableGeoip: true,
    strictLocalEvaluation: true,
    sendFeatureFlagEvent: false,
  });
  await client.waitForLocalEvaluationReady(10_000);
  return {
    isAsync: true,
    context: ({ userId, ...rest }) => ({
      id: userId,
      options: { personProperties: { uid: userId, ...rest }, onlyEvaluateLocally: true, sendFeatureFlagEvents: false },
    }),
    evaluatorOf: (flag) =>
      isBoolean(flag)
        ? ({ id, options }) => client.isFeatureEnabled(flag.key, id, options)
        : ({ id, options }) => client.getFeatureFlag(flag.key, id, options),
    variantOf,
    evaluateAll: ({ id, options }) => client.getAllFlags(id, options),
    variantsOf: (all) => mapValues(all, variantOf),
    async close() {
      await client.shutdown(1_000).catch(() => {});
      server.close();
      server.closeAllConnections();
    },
  };
}
