import { randomUUID } from 'node:crypto';
import {
  refOf,
  type DocumentChange,
  type RulesetDocument,
  type RulesetSnapshot,
  type Scope,
  type ScopeVersion,
  announcedKey,
  deltasKey,
  EPOCH_FIELD,
  rulesetKey,
  RULESETS_INTACT,
  VERSION_FIELD,
} from '#libs/contracts';
import { pipelineResults, type RedisConnection } from '#libs/redis';
import { APPLY_DELTA, REPLACE } from './scripts.js';

export interface Delta {
  readonly scope: Scope;
  readonly epoch: string;
  readonly version: number;
  readonly changes: readonly DocumentChange[];
}
export type DeltaOutcome = 'applied' | 'older' | 'gap';
export type ReplaceOutcome = 'replaced' | 'older';

interface Scripted {
  loomApplyDelta(key: string, announced: string, journal: string, ...args: (string | number)[]): Promise<DeltaOutcome>;
  loomReplaceRuleset(
    key: string,
    staged: string,
    announced: string,
    journal: string,
    ...args: (string | number)[]
  ): Promise<ReplaceOutcome>;
}

/** Commands stay small, so that Redis serves other clients between them. */
const MAX_CHUNK_BYTES = 512 * 1024;
/** Staged hashes of a crashed process expire. */
const STAGED_SECONDS = 60;

/** Rulesets in Redis, written by scripts. Each call fails within 200 ms when Redis does not answer. */
export class RedisRulesets {
  readonly #scripted: Scripted;
  /** Connections made so far: after each of them Redis may be another server, or empty. */
  connections = 0;

  constructor(private readonly redis: RedisConnection) {
    redis.client.defineCommand('loomApplyDelta', { numberOfKeys: 3, lua: APPLY_DELTA });
    redis.client.defineCommand('loomReplaceRuleset', { numberOfKeys: 4, lua: REPLACE });
    redis.client.on('ready', () => (this.connections += 1));
    if (redis.connected) this.connections = 1;
    this.#scripted = redis.client as unknown as Scripted;
  }

  apply({ scope, epoch, version, changes }: Delta): Promise<DeltaOutcome> {
    const pairs = changes.flatMap(({ ref, document }) => [ref, document === null ? '' : JSON.stringify(document)]);
    const keys = [rulesetKey(scope), announcedKey(scope), deltasKey(scope)] as const;
    return this.#scripted.loomApplyDelta(...keys, epoch, version, ...pairs);
  }

  /** Stages the documents under another key, then replaces the ruleset atomically. */
  async replace({ scope, epoch, version, documents }: RulesetSnapshot): Promise<ReplaceOutcome> {
    const key = rulesetKey(scope);
    const staged = `${key}:staged:${randomUUID()}`;
    for (const chunk of chunksOf(documents)) {
      await pipelineResults(this.redis.client.multi().hset(staged, chunk).expire(staged, STAGED_SECONDS));
    }
    return this.#scripted.loomReplaceRuleset(key, staged, announcedKey(scope), deltasKey(scope), epoch, version);
  }

  /** Sets the mark of an intact Redis; returns whether it was missing. */
  async markIntact(): Promise<boolean> {
    return (await this.redis.client.set(RULESETS_INTACT, '1', 'NX')) === 'OK';
  }

  /** The versions in Redis. Scopes without a copy are left out. */
  async versions(scopes: readonly Scope[]): Promise<readonly ScopeVersion[]> {
    const pipeline = this.redis.client.pipeline();
    for (const scope of scopes) pipeline.hmget(rulesetKey(scope), EPOCH_FIELD, VERSION_FIELD);
    const answers = await pipelineResults<(string | null)[]>(pipeline);
    return scopes.flatMap((scope, index) => {
      const [epoch, version] = answers[index] ?? [];
      return epoch == null ? [] : [{ scope, epoch, version: Number(version) }];
    });
  }
}

function* chunksOf(documents: readonly RulesetDocument[]): Generator<string[]> {
  let chunk: string[] = [];
  let bytes = 0;
  for (const document of documents) {
    const json = JSON.stringify(document);
    chunk.push(refOf(document), json);
    bytes += json.length;
    if (bytes < MAX_CHUNK_BYTES) continue;
    yield chunk;
    chunk = [];
    bytes = 0;
  }
  if (chunk.length > 0) yield chunk;
}
