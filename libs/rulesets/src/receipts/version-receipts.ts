import type { ChainableCommander } from 'ioredis';
import { type Scope, EVALUATORS, EVALUATORS_SINCE, evaluatorKey, STARTED_FIELD, WORD_MS } from '#libs/contracts';
import type { Logger } from '#libs/observability';
import { pipelineResults, type RedisConnection } from '#libs/redis';
import { JobRunner } from '#libs/service';
import type { RulesetUpdate } from '../replica/apply.js';
import type { RulesetReader } from '../ruleset-reader.js';
import { defineReceiptCommands, type ReceiptCommands } from './receipt-scripts.js';
import { StreamCounts, type CountedStream } from './stream-counts.js';

/** Changes of a burst are written together, this long after the first. */
const BURST_MS = 20;
const RETRY_MS = 1_000;
const STREAMS_MS = 2_000;
/** Scopes per command, so that neither Redis nor this process is blocked for long. */
const CHUNK = 250;
/** Life of the temporary hash, should the process crash before the rename. */
const TEMPORARY_MS = 60_000;

export interface VersionReceiptsParts {
  readonly redis: RedisConnection;
  readonly replica: Pick<RulesetReader, 'onUpdate' | 'onEvicted'>;
  readonly logger: Logger;
  /** The process: `evaluation`, `streaming`, or `standalone` for both. */
  readonly service: string;
  /** Unique for each start of a process. */
  readonly id: string;
  /** Life of the receipts after the last report. */
  readonly forgetMs: number;
}
interface Holding {
  readonly version: string;
  /** By the monotonic clock of this process, as `loaded`. */
  readonly since: number;
  readonly loaded: number;
}

/**
 * Writes to Redis which versions this evaluator holds: changes within moments, everything every 10 s, so that data lost by Redis
 * is restored. Never throws and delays no change: an evaluator that cannot write is silent, and `/propagation` shows it as such.
 */
export class VersionReceipts {
  readonly #member: string;
  readonly #held = new Map<Scope, Holding>();
  readonly #changed = new Set<Scope>();
  readonly #streams = new StreamCounts();
  /** Redis has everything except `#changed`. */
  #isWhole = false;
  #isStopped = false;
  #timer: NodeJS.Timeout | undefined;
  readonly #jobs: JobRunner;
  #writing: Promise<void> = Promise.resolve();

  constructor(private readonly parts: VersionReceiptsParts) {
    this.#member = `${parts.service}:${parts.id}`;
    this.#jobs = new JobRunner(parts.logger);
    defineReceiptCommands(parts.redis.client);
    parts.replica.onUpdate((update) => this.#note(update));
    parts.replica.onEvicted((scope) => this.#forget(scope));
  }

  start(): void {
    this.#jobs.start({ name: 'the report of all rulesets held', everyMs: WORD_MS, run: async () => this.#reportAll() });
    this.#jobs.start({ name: 'the count of streams', everyMs: STREAMS_MS, run: async () => this.#countStreams() });
    this.parts.redis.client.on('ready', this.#reportAll);
  }

  /** Sets the open streams to count. */
  countStreams(all: () => Iterable<CountedStream>): void {
    this.#streams.of(all);
  }

  /** Removes the receipts of this evaluator. */
  async stop(): Promise<void> {
    this.parts.redis.client.off('ready', this.#reportAll);
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#jobs.stop();
    await this.#writing;
    const gone = this.parts.redis.client.multi().zrem(EVALUATORS, this.#member).del(this.#key);
    await gone
      .exec()
      .catch((error: unknown) => this.parts.logger.debug({ err: error }, 'the receipts could not be removed'));
  }

  get #key(): string {
    return evaluatorKey(this.#member);
  }

  #note({ scope, epoch, version }: RulesetUpdate): void {
    const now = performance.now();
    this.#held.set(scope, {
      version: `${epoch} ${version}`,
      since: now,
      loaded: this.#held.get(scope)?.loaded ?? now,
    });
    this.#changed.add(scope);
    this.#soon(BURST_MS);
  }

  #forget(scope: Scope): void {
    this.#held.delete(scope);
    this.#changed.add(scope);
    this.#soon(BURST_MS);
  }

  readonly #reportAll = (): void => {
    this.#isWhole = false;
    this.#soon(0);
  };

  #countStreams(): void {
    if (this.#streams.count()) this.#soon(0);
  }

  /** Writes after `ms`; never once it is stopped, so that removed receipts do not come back. */
  #soon(ms: number): void {
    if (this.#isStopped) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#writing = this.#writing.then(() => this.#write());
    }, ms);
  }

  async #write(): Promise<void> {
    try {
      if (this.#isWhole) await this.#writeChanged();
      else await this.#writeAll();
    } catch (error) {
      this.#isWhole = false;
      this.parts.logger.debug({ err: error }, 'the versions held are written later');
      this.#soon(RETRY_MS);
    }
  }

  async #writeChanged(): Promise<void> {
    const scopes = [...this.#changed];
    this.#changed.clear();
    const gone = scopes.filter((scope) => !this.#held.has(scope));
    const pipeline = this.parts.redis.client.pipeline();
    if (gone.length > 0) pipeline.hdel(this.#key, ...gone);
    for (const chunk of chunksOf(scopes)) this.#hold(pipeline, this.#key, chunk, this.parts.forgetMs);
    for (const [field, text] of this.#streams.takeChanged()) {
      if (text === undefined) pipeline.hdel(this.#key, field);
      else pipeline.hset(this.#key, field, text);
    }
    this.#report(pipeline);
    await pipelineResults(pipeline);
  }

  /** Writes a temporary hash and renames it, so that readers never see half of it. */
  async #writeAll(): Promise<void> {
    const temporary = `${this.#key}:aside`;
    const scopes = [...this.#held.keys()];
    this.#changed.clear();
    const { client } = this.parts.redis;
    await pipelineResults(
      client.multi().del(temporary).hset(temporary, STARTED_FIELD, this.parts.id).pexpire(temporary, TEMPORARY_MS),
    );
    for (const chunk of chunksOf(scopes))
      await pipelineResults(this.#hold(client.pipeline(), temporary, chunk, TEMPORARY_MS));
    const last = client.pipeline();
    const streams = this.#streams.takeAll();
    if (streams.size > 0) last.hset(temporary, streams);
    this.#report(last.rename(temporary, this.#key));
    await pipelineResults(last);
    this.#isWhole = true;
  }

  #hold(pipeline: ChainableCommander, key: string, scopes: readonly Scope[], ttlMs: number): ChainableCommander {
    const now = performance.now();
    const held = scopes.flatMap((scope) => {
      const holding = this.#held.get(scope);
      if (holding === undefined) return [];
      return [scope, holding.version, Math.round(now - holding.since), Math.round(now - holding.loaded)];
    });
    if (held.length > 0) (pipeline as unknown as ReceiptCommands).loomHold(key, ttlMs, ...held);
    return pipeline;
  }

  #report(pipeline: ChainableCommander): void {
    const { forgetMs } = this.parts;
    (pipeline as unknown as ReceiptCommands).loomReport(
      EVALUATORS,
      EVALUATORS_SINCE,
      this.#key,
      this.#member,
      forgetMs,
    );
  }
}

function* chunksOf(scopes: readonly Scope[]): Generator<readonly Scope[]> {
  for (let from = 0; from < scopes.length; from += CHUNK) yield scopes.slice(from, from + CHUNK);
}
