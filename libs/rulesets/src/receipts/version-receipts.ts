import type { ChainableCommander } from 'ioredis';
import { type Scope, EVALUATORS, EVALUATORS_SINCE, evaluatorKey, STARTED_FIELD, WORD_MS } from '#libs/contracts';
import type { Logger } from '#libs/observability';
import type { RedisConnection } from '#libs/redis';
import type { HeldScopes } from '../replica/held-scopes.js';
import type { RulesetReplica } from '../replica/ruleset-replica.js';
import type { RulesetUpdate } from '../replica/apply.js';
import { defineReceiptCommands, type ReceiptCommands } from './receipt-scripts.js';
import { StreamCounts, type CountedStream } from './stream-counts.js';

/** Changes of a burst go out together, soon after the first. */
const TOGETHER_MS = 20;
const RETRY_MS = 1_000;
const STREAMS_MS = 2_000;
/** Scopes per command: Redis and this process do something else in between. */
const CHUNK = 250;
/** What a crash leaves aside goes by itself. */
const ASIDE_MS = 60_000;

export interface VersionReceiptsParts {
  readonly redis: RedisConnection;
  readonly replica: Pick<RulesetReplica, 'onUpdate'> & { readonly scopes: Pick<HeldScopes, 'onEvicted'> };
  readonly logger: Logger;
  /** The process: `evaluation`, `streaming`, or `standalone` for both. */
  readonly service: string;
  /** Of this life of the process. */
  readonly id: string;
  /** After its last word, in ms. */
  readonly forgetMs: number;
}
interface Holding {
  readonly version: string;
  /** By this process's monotonic clock, as `loaded`. */
  readonly since: number;
  readonly loaded: number;
}

/**
 * Says in Redis which versions this evaluator holds: what changed within moments, everything every 10 s, so that whatever Redis
 * forgot is there again. Never throws and holds up no change: who cannot say it is silent, and `/propagation` tells so.
 */
export class VersionReceipts {
  readonly #member: string;
  readonly #held = new Map<Scope, Holding>();
  readonly #changed = new Set<Scope>();
  readonly #streams = new StreamCounts();
  /** Redis has everything but what is in `#changed`. */
  #isWhole = false;
  #timer: NodeJS.Timeout | undefined;
  readonly #periodic: NodeJS.Timeout[] = [];
  #writing: Promise<void> = Promise.resolve();

  constructor(private readonly parts: VersionReceiptsParts) {
    this.#member = `${parts.service}:${parts.id}`;
    defineReceiptCommands(parts.redis.client);
    parts.replica.onUpdate((update) => this.#note(update));
    parts.replica.scopes.onEvicted((scope) => this.#forget(scope));
  }

  start(): void {
    this.#periodic.push(setInterval(() => this.#sayAll(), WORD_MS));
    this.#periodic.push(setInterval(() => this.#countStreams(), STREAMS_MS));
    this.parts.redis.client.on('ready', this.#sayAll);
    this.#sayAll();
  }

  /** Whose streams are counted. */
  countStreams(all: () => Iterable<CountedStream>): void {
    this.#streams.of(all);
  }

  /** An evaluator that ends is forgotten at once. */
  async stop(): Promise<void> {
    this.parts.redis.client.off('ready', this.#sayAll);
    for (const timer of this.#periodic) clearInterval(timer);
    await this.#writing;
    clearTimeout(this.#timer);
    const gone = this.parts.redis.client.multi().zrem(EVALUATORS, this.#member).del(this.#key);
    await gone.exec().catch((error: unknown) => this.parts.logger.debug({ err: error }, 'said goodbye to nobody'));
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
    this.#soon(TOGETHER_MS);
  }

  #forget(scope: Scope): void {
    this.#held.delete(scope);
    this.#changed.add(scope);
    this.#soon(TOGETHER_MS);
  }

  readonly #sayAll = (): void => {
    this.#isWhole = false;
    this.#soon(0);
  };

  #countStreams(): void {
    if (this.#streams.count()) this.#soon(0);
  }

  #soon(ms: number): void {
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
      this.parts.logger.debug({ err: error }, 'the versions held are said later');
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
    this.#say(pipeline);
    await done(pipeline);
  }

  /** Aside, then in its place at once: nobody reads half of it. */
  async #writeAll(): Promise<void> {
    const aside = `${this.#key}:aside`;
    const scopes = [...this.#held.keys()];
    this.#changed.clear();
    const { client } = this.parts.redis;
    await done(client.multi().del(aside).hset(aside, STARTED_FIELD, this.parts.id).pexpire(aside, ASIDE_MS));
    for (const chunk of chunksOf(scopes)) await done(this.#hold(client.pipeline(), aside, chunk, ASIDE_MS));
    const last = client.pipeline();
    const streams = this.#streams.takeAll();
    if (streams.size > 0) last.hset(aside, streams);
    this.#say(last.rename(aside, this.#key));
    await done(last);
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

  #say(pipeline: ChainableCommander): void {
    const { forgetMs } = this.parts;
    (pipeline as unknown as ReceiptCommands).loomSay(EVALUATORS, EVALUATORS_SINCE, this.#key, this.#member, forgetMs);
  }
}

function* chunksOf(scopes: readonly Scope[]): Generator<readonly Scope[]> {
  for (let from = 0; from < scopes.length; from += CHUNK) yield scopes.slice(from, from + CHUNK);
}

/** @throws the first error of the commands */
async function done(pipeline: ChainableCommander): Promise<void> {
  const failed = (await pipeline.exec())?.find(([error]) => error !== null)?.[0];
  if (failed) throw failed;
}
