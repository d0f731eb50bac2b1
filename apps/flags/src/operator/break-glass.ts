import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { PLATFORM, type Origin, type Scope } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import type { OperatorParts } from '../composition.js';
import { pendingDeltas } from '../db/rulesets/pending-deltas.js';
import { withOperatorContext } from './operator-context.js';

/**
 * Activates or deactivates a kill switch while NATS is down: the use case of the API writes to Postgres, then the deltas go to
 * Redis, which evaluators read every 2 s. Facts and audit entry wait in the outbox. `tools/break-glass.mjs` runs this program
 * with the settings of the platform.
 *
 * Exit codes: 0 all is done; 1 nothing was changed; 2 wrong arguments; 3 committed, but not written to Redis.
 */
const USAGE = `kill-switch <key> (--org <id> | --platform) --reason "why" [--off] [--operator <name>]`;
const REDIS_WAIT_MS = 2_000;

interface Call {
  readonly key: string;
  readonly scope: Scope;
  readonly reason: string;
  readonly isOff: boolean;
  readonly operator: string;
}

function readCall(args: readonly string[]): Call {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      org: { type: 'string' },
      platform: { type: 'boolean', default: false },
      off: { type: 'boolean', default: false },
      reason: { type: 'string', default: '' },
      operator: { type: 'string', default: 'unknown' },
    },
  });
  const [what, key, ...rest] = positionals;
  const isOneScope = (values.org === undefined) === values.platform;
  if (what !== 'kill-switch' || key === undefined || rest.length > 0 || !isOneScope) throw new Error(`Usage: ${USAGE}`);
  if (values.reason.trim() === '') throw new Error('A reason is required: --reason "…"; the audit log keeps it');
  const { reason, operator } = values;
  return { key, scope: values.org ?? PLATFORM, reason, isOff: values.off, operator };
}

function toggle({ activateKillSwitch, deactivateKillSwitch, ids }: OperatorParts, call: Call) {
  const { key, scope, reason, isOff, operator } = call;
  const actor = { type: 'system', id: `operator:${operator}`, name: operator } as const;
  const origin: Origin = { scope, actor, request_id: ids.next(), user_agent: 'break-glass' };
  return (isOff ? deactivateKillSwitch : activateKillSwitch).execute({ key, reason }, origin);
}

/** Does what the relay does before it publishes. When NATS is back, the relay finds these versions written already. */
async function writeToRedis({ database, redis, cache }: OperatorParts, scope: Scope): Promise<void> {
  if (!redis.connected) await once(redis.client, 'ready', { signal: AbortSignal.timeout(REDIS_WAIT_MS) });
  for (const delta of await pendingDeltas(database, scope)) await cache.write(delta);
}

async function run(parts: OperatorParts, call: Call): Promise<number> {
  const { resource, ruleset_version: version } = await toggle(parts, call);
  const state = resource.is_active ? 'active' : 'off';
  console.log(`${call.key} is ${state} as of ${version}; flags: ${resource.linked_flag_keys.join(', ') || 'none'}`);
  try {
    await writeToRedis(parts, call.scope);
  } catch (error) {
    console.error(
      `The change is committed, but Redis could not be written (${(error as Error).message}): evaluators receive it only`,
    );
    console.error('when NATS or Redis is back and flags runs. Run this command again once Redis is back.');
    return 3;
  }
  console.log(
    'Redis is written: evaluators apply it within 5 s. Facts and audit entry are published when NATS is back.',
  );
  return 0;
}

async function main(): Promise<number> {
  let call: Call;
  try {
    call = readCall(process.argv.slice(2));
  } catch (error) {
    console.error((error as Error).message);
    return 2;
  }
  return withOperatorContext('break-glass', (parts) => run(parts, call)).catch((error: unknown) => {
    console.error(`Nothing was changed: ${error instanceof AppError ? error.message : String(error)}`);
    return 1;
  });
}

process.exit(await main());
