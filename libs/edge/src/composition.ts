import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { KeyCheck } from '#libs/api-keys';
import { Secret } from '#libs/kernel';
import type { Logger } from '#libs/observability';
import { RedisThenRpc, RulesetReplica, SnapshotFile, VersionReceipts } from '#libs/rulesets';
import type { Job, Lifecycle, Runtime } from '#libs/service';
import { RulesetReadiness } from './snapshot/ruleset-readiness.js';
import { SnapshotKeeper } from './snapshot/snapshot-keeper.js';
import { StreamTokens } from './stream-tokens/stream-tokens.js';

const POLL_MS = 2_000;

/** The rulesets of a process, with everything that keeps them current. */
export interface Edge {
  readonly replica: RulesetReplica;
  readonly receipts: VersionReceipts;
  readonly tokens: StreamTokens;
  readonly readiness: RulesetReadiness;
  readonly jobs: readonly Job[];
  readonly lifecycle: Lifecycle;
}

export function composeEdge(runtime: Runtime, keys: KeyCheck): Edge {
  const { bus, redis, rpc, logger, name, ids, clock, settings } = runtime;
  const { cacheBytes: maxBytes, forgetMs } = settings.evaluators;
  const replica = new RulesetReplica(bus, new RedisThenRpc(redis, rpc), logger, { maxBytes });
  const receipts = new VersionReceipts({ redis, replica, logger, service: name, id: ids.next(), forgetMs });
  const tokens = new StreamTokens(settings.streamTokenSecret ?? randomSecret(logger), clock);
  const readiness = new RulesetReadiness(replica);
  const keeper = snapshotKeeper(runtime, replica, keys);
  return {
    replica,
    receipts,
    tokens,
    readiness,
    jobs: [pollOf(replica), ...(keeper === undefined ? [] : [keeper.job])],
    lifecycle: {
      /** Restores the snapshot before anything is fetched. */
      async start(): Promise<void> {
        await keeper?.start();
        readiness.start();
        replica.start();
        receipts.start();
      },
      beforeStop: () => keeper?.stop(),
      /** After the last answer. */
      stop: () => receipts.stop(),
    },
  };
}

/** Does not await the poll, which skips while one runs: a source that does not answer must not delay the next poll. */
function pollOf(replica: RulesetReplica): Job {
  const run = async (): Promise<void> => void replica.poll();
  return { name: 'the poll for the newest rulesets', everyMs: POLL_MS, firstAfterMs: POLL_MS, run };
}

function snapshotKeeper(runtime: Runtime, replica: RulesetReplica, keys: KeyCheck): SnapshotKeeper | undefined {
  if (!runtime.settings.snapshot.isKept) return undefined;
  const file = new SnapshotFile(snapshotPath(runtime));
  return new SnapshotKeeper({ file, replica, keys, logger: runtime.logger });
}

/** Unique for each service, and for each `LOOM_INSTANCE` of it: they may share the folder. */
function snapshotPath({ name, settings }: Runtime): string {
  const { instance } = settings.snapshot;
  return join(settings.dataDir, `snapshot-${name}${instance === undefined ? '' : `-${instance}`}.json`);
}

function randomSecret(logger: Logger): Secret {
  logger.warn(
    'LOOM_STREAM_TOKEN_SECRET is not set: tokens of OFREP streams are valid in this process only, until it ends',
  );
  return new Secret(randomBytes(32).toString('hex'));
}
