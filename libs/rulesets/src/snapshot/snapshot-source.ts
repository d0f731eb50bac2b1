import { AppError } from '#libs/kernel';
import {
  EPOCH_FIELD,
  flagsRpc,
  rulesetKey,
  VERSION_FIELD,
  type RulesetDocument,
  type RulesetPage,
  type RulesetSnapshot,
  type Scope,
  type ScopeVersion,
} from '#libs/contracts';
import type { RpcClient } from '#libs/bus';
import { pipelineResults, type RedisConnection } from '#libs/redis';

/** Source of whole scopes and of their newest versions. */
export interface SnapshotSource {
  /** Fetches a snapshot, of at least the given version. @throws AppError `not_initialised` when no source answers */
  fetch(scope: Scope, atLeast?: ScopeVersion): Promise<RulesetSnapshot>;
  /** Fetches the newest versions; unknown scopes are left out. @throws when neither flags nor Redis answers */
  versions(scopes: readonly Scope[]): Promise<NewestVersions>;
  /** Reports versions held here that are ahead of flags. Resolves when flags has handled them. @throws as RPC does */
  report(held: readonly ScopeVersion[]): Promise<void>;
}

export interface NewestVersions {
  /** True: from flags and its database. False: from Redis, which may lag: only versions ahead of the held ones are trusted. */
  readonly areFromDatabase: boolean;
  readonly versions: readonly ScopeVersion[];
}

const PAGE_TIMEOUT_MS = 5_000;
const VERSIONS_TIMEOUT_MS = 1_000;
const REPORT_TIMEOUT_MS = 5_000;
const MOVED_TRIES = 5;

/** Asks Redis first for documents, which saves load on flags, and flags first for versions, since only the database is sure. */
export class RedisThenRpc implements SnapshotSource {
  constructor(
    private readonly redis: RedisConnection,
    private readonly rpc: RpcClient,
  ) {}

  async fetch(scope: Scope, atLeast?: ScopeVersion): Promise<RulesetSnapshot> {
    const cached = await this.#fromRedis(scope).catch(() => undefined);
    if (cached !== undefined && satisfies(cached, atLeast)) return cached;
    try {
      return await this.#fromFlags(scope);
    } catch (error) {
      if (cached !== undefined) return cached;
      throw new AppError('not_initialised', 'No ruleset is available yet; try again shortly', [], { cause: error });
    }
  }

  async versions(scopes: readonly Scope[]): Promise<NewestVersions> {
    const options = { timeoutMs: VERSIONS_TIMEOUT_MS };
    try {
      const { versions } = await this.rpc.ask(flagsRpc.getVersions, { scopes }, undefined, options);
      return { areFromDatabase: true, versions };
    } catch {
      return { areFromDatabase: false, versions: await this.#versionsFromRedis(scopes) };
    }
  }

  async report(held: readonly ScopeVersion[]): Promise<void> {
    await this.rpc.ask(flagsRpc.reportVersions, { held }, undefined, { timeoutMs: REPORT_TIMEOUT_MS });
  }

  async #fromRedis(scope: Scope): Promise<RulesetSnapshot | undefined> {
    const {
      [EPOCH_FIELD]: epoch,
      [VERSION_FIELD]: version,
      ...rest
    } = await this.redis.client.hgetall(rulesetKey(scope));
    if (epoch === undefined || version === undefined) return undefined;
    const documents = Object.values(rest).map((text) => JSON.parse(text) as RulesetDocument);
    return { scope, epoch, version: Number(version), documents };
  }

  async #versionsFromRedis(scopes: readonly Scope[]): Promise<readonly ScopeVersion[]> {
    const pipeline = this.redis.client.pipeline();
    for (const scope of scopes) pipeline.hmget(rulesetKey(scope), EPOCH_FIELD, VERSION_FIELD);
    const answers = await pipelineResults<(string | null)[]>(pipeline);
    return scopes.flatMap((scope, index) => {
      const [epoch, version] = answers[index] ?? [];
      return epoch == null || version == null ? [] : [{ scope, epoch, version: Number(version) }];
    });
  }

  /** Reads all pages at one version: starts again when the scope changes between two pages. */
  async #fromFlags(scope: Scope): Promise<RulesetSnapshot> {
    for (let attempt = 1; attempt <= MOVED_TRIES; attempt += 1) {
      const snapshot = await this.#allPages(scope);
      if (snapshot !== undefined) return snapshot;
    }
    throw new AppError('overloaded', 'The ruleset changes faster than it can be read');
  }

  async #allPages(scope: Scope): Promise<RulesetSnapshot | undefined> {
    const documents: RulesetDocument[] = [];
    let first: RulesetPage | undefined;
    for (let after: string | undefined; ;) {
      const page = await this.rpc.ask(flagsRpc.getRuleset, { scope, after }, undefined, { timeoutMs: PAGE_TIMEOUT_MS });
      first ??= page;
      if (page.version !== first.version || page.epoch !== first.epoch) return undefined;
      documents.push(...page.documents);
      if (page.next === null) return { scope, epoch: first.epoch, version: first.version, documents };
      after = page.next;
    }
  }
}

function satisfies(have: ScopeVersion, atLeast: ScopeVersion | undefined): boolean {
  if (atLeast === undefined) return true;
  return have.epoch > atLeast.epoch || (have.epoch === atLeast.epoch && have.version >= atLeast.version);
}
