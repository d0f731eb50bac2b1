/** configcat-node: a snapshot of its client, fed by a server on the loopback. */
import http from 'node:http';
import { once } from 'node:events';
import * as configcat from 'configcat-node';
import { booleanOf, isBoolean, mapValues, variantOf } from './neutral.mjs';

const SDK_KEY = `configcat-sdk-1/${'a'.repeat(22)}/${'a'.repeat(22)}`;
const NAMES = { userId: 'Identifier', country: 'Country', email: 'Email' };

/** Comparators: 0 is one of, 28 equals, 15 greater or equal, 32 ends with any of. */
function clauseOf({ attribute, op, value }) {
  const a = NAMES[attribute] ?? attribute;
  if (op === 'in') return { a, c: 0, l: value };
  if (op === 'eq') return { a, c: 28, s: value };
  return op === 'gte' ? { a, c: 15, d: value } : { a, c: 32, l: [value] };
}

function flagOf(flag, segments) {
  const valueOf = (variant) => ({ v: isBoolean(flag) ? { b: booleanOf(variant) } : { s: variant }, i: 'x' });
  const splitOf = (split) => split.map(([variant, p]) => ({ p, ...valueOf(variant) }));
  const setting = { t: isBoolean(flag) ? 0 : 1, r: [], ...valueOf(flag.variants[0]) };
  const add = (clauses, served) => setting.r.push({ c: clauses.map((clause) => ({ u: clauseOf(clause) })), ...served });
  for (const { clauses, segment, rollout, serve, split } of flag.enabled ? flag.rules : []) {
    if (rollout !== undefined)
      setting.p = splitOf([['on', rollout], ['off', 100 - rollout]]); // prettier-ignore
    else if (segment !== undefined) for (const clause of segments[segment]) add([clause], { s: valueOf(serve) });
    else add(clauses, split === undefined ? { s: valueOf(serve) } : { p: splitOf(split) });
  }
  if (flag.otherwise !== undefined) setting.p = splitOf(flag.otherwise);
  return setting;
}

export async function make({ flags, segments }) {
  const f = Object.fromEntries(flags.map((flag) => [flag.key, flagOf(flag, segments)]));
  const body = JSON.stringify({ p: { u: 'http://127.0.0.1', r: 0, s: 'c2FsdA==' }, s: [], f });
  const server = http.createServer((_, response) => response.setHeader('content-type', 'application/json').end(body));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const client = configcat.getClient(SDK_KEY, configcat.PollingMode.ManualPoll, {
    baseUrl: `http://127.0.0.1:${server.address().port}`,
    logger: configcat.createConsoleLogger(configcat.LogLevel.Off),
  });
  await client.forceRefreshAsync();
  const snapshot = client.snapshot();
  const keys = snapshot.getAllKeys();
  return {
    context: ({ userId, country, email, ...rest }) => new configcat.User(userId, email, country, rest),
    evaluatorOf: ({ key, variants }) => {
      const fallback = variants.length === 2 ? false : 'none';
      return (context) => snapshot.getValue(key, fallback, context);
    },
    variantOf,
    evaluateAll(context) {
      const all = {};
      for (const key of keys) all[key] = snapshot.getValueDetails(key, null, context);
      return all;
    },
    variantsOf: (all) => mapValues(all, ({ value }) => variantOf(value)),
    close() {
      client.dispose();
      server.close();
      server.closeAllConnections();
    },
  };
}
