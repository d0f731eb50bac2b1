import {
  isAhead,
  joinVersions,
  parseFact,
  PLATFORM,
  reaches,
  RulesetChangedV1,
  scopeOf,
  type FactOf,
  type RulesetSnapshot,
  type RulesetVersion,
  type Scope,
  type ScopeVersion,
} from '#libs/contracts';
import { AppError, Conditions } from '#libs/kernel';
import type { Logger } from '#libs/observability';
import type { Bus } from '#libs/bus';
import {
  applyDelta,
  compareVersions,
  emptyScope,
  replaceAll,
  type Delta,
  type RulesetUpdate,
  type ScopeState,
} from './apply.js';
import { HeldScopes } from './held-scopes.js';
import type { EvictionListener, RulesetReader, UpdateListener } from '../ruleset-reader.js';
import type { SnapshotSource } from '../snapshot/snapshot-source.js';

export interface ReplicaOptions {
  /** Upper bound for the documents of all scopes together. Default: none. */
  readonly maxBytes?: number;
}

/**
 * The rulesets of an evaluator: the documents of the platform and of each organization in use, kept current by deltas from the
 * bus. Deltas may be lost, doubled or out of order; after at most one poll the state equals the database's again:
 * `v ≤ have` is ignored, `v = have + 1` applied, anything else fetches the snapshot (specification 05).
 */
export class RulesetReplica implements RulesetReader {
  /** The scopes held; organizations are loaded and evicted. */
  readonly scopes: HeldScopes;
  readonly #loading = new Map<Scope, Promise<void>>();
  /** Deltas that arrived while their scope was being loaded. */
  readonly #pending = new Map<Scope, Delta[]>();
  readonly #listeners: UpdateListener[] = [];
  readonly #onArrival: ((ms: number) => void)[] = [];
  #polling = false;
  #confirmedAt = 0;
  /** Callers that wait for a version; checked after every change. */
  readonly #waiting = new Conditions();
  readonly #catchingUp = new Map<Scope, Promise<boolean>>();

  constructor(
    private readonly bus: Bus,
    private readonly source: SnapshotSource,
    private readonly logger: Logger,
    { maxBytes }: ReplicaOptions = {},
  ) {
    this.scopes = new HeldScopes(maxBytes);
    this.scopes.keepWhile((scope) => this.#loading.has(scope) || this.#catchingUp.has(scope));
  }

  /** Takes over the scopes held before a restart; call it before `start`. `confirmedAt`: unix ms of their confirmation. */
  restore(snapshots: readonly RulesetSnapshot[], confirmedAt: number): void {
    this.#confirmedAt = Math.min(confirmedAt, Date.now());
    for (const snapshot of snapshots) {
      const state = emptyScope(snapshot.scope);
      const update = replaceAll(state, snapshot);
      this.scopes.set(snapshot.scope, state);
      this.#notify(update);
    }
  }

  /** Subscribes before it asks for snapshots, so that no change is missed between the two. `poll` must be called every 2 s. */
  start(): void {
    this.bus.subscribe(RulesetChangedV1.everyScope, (message) => this.#receive(message.string()));
    this.bus.onConnect(() => void this.poll());
    this.require(PLATFORM).catch(() => undefined);
  }

  onUpdate(listener: UpdateListener): void {
    this.#listeners.push(listener);
  }

  /** Calls the listener with the ms from a change until it is held here, by the clocks of flags and this process, which may differ. */
  onArrival(listener: (ms: number) => void): void {
    this.#onArrival.push(listener);
  }

  get(scope: Scope): ScopeState | undefined {
    return this.scopes.get(scope);
  }

  touch(scope: Scope): void {
    this.scopes.touch(scope);
  }

  keepWhile(isInUse: (scope: Scope) => boolean): void {
    this.scopes.keepWhile(isInUse);
  }

  onEvicted(listener: EvictionListener): void {
    this.scopes.onEvicted(listener);
  }

  async require(scope: Scope): Promise<void> {
    if (this.scopes.has(scope)) return;
    await this.#load(scope, this.scopes.leastVersionOf(scope));
  }

  async reach(orgId: Scope, want: RulesetVersion, timeoutMs: number): Promise<boolean> {
    const isThere = (): boolean => this.#reaches(orgId, want);
    const release = this.scopes.pin(orgId);
    try {
      if (isThere() || (await this.#waiting.waitUntil(isThere, timeoutMs))) return true;
      await this.#catchUp(orgId).catch((error: unknown) =>
        this.logger.debug({ err: error }, 'the newest ruleset could not be fetched'),
      );
      return isThere();
    } finally {
      release();
    }
  }

  get confirmedAt(): number {
    return this.#confirmedAt;
  }

  /** Compares the versions held with the newest ones and fetches what is behind. Never throws: the next poll follows. */
  async poll(): Promise<void> {
    if (this.#polling) return;
    this.#polling = true;
    try {
      await this.#pollOnce();
    } catch (error) {
      this.logger.debug({ err: error }, 'the newest versions are not available');
    } finally {
      this.#polling = false;
    }
  }

  async #pollOnce(): Promise<void> {
    const now = Date.now();
    if (!this.scopes.has(PLATFORM)) await this.require(PLATFORM);
    if (await this.#compare([...this.scopes.keys()])) this.#confirmedAt = now;
  }

  #reaches(orgId: Scope, want: RulesetVersion): boolean {
    const platform = this.scopes.get(PLATFORM);
    const org = this.scopes.get(orgId);
    if (platform === undefined || org === undefined) return false;
    return reaches(joinVersions(platform, org), want);
  }

  /** Asks for the newest version first: a made-up version in a request costs no snapshot. One call at a time. */
  #catchUp(orgId: Scope): Promise<boolean> {
    const running = this.#catchingUp.get(orgId);
    if (running !== undefined) return running;
    const asking = this.#compare([PLATFORM, orgId]).finally(() => this.#catchingUp.delete(orgId));
    this.#catchingUp.set(orgId, asking);
    return asking;
  }

  /**
   * Fetches what is behind. Versions ahead of flags were lost with the database's last commits: they are reported to flags, which
   * begins a new epoch, and the comparison runs again. Resolves with whether everything held is the newest now.
   */
  async #compare(scopes: readonly Scope[], mayReport = true): Promise<boolean> {
    // The state before the question: deltas that arrive meanwhile are no contradiction.
    const before = new Map(scopes.map((scope) => [scope, this.scopes.standing(scope)]));
    const { areFromDatabase, versions } = await this.source.versions(scopes);
    const lost = versions.flatMap((newest) => aheadOf(newest, before.get(newest.scope)));
    if (lost.length > 0 && areFromDatabase && mayReport) {
      await this.source.report(lost);
      return this.#compare(scopes, false);
    }
    const caughtUp = await Promise.all(versions.map((version) => this.#catchUpWith(version)));
    return lost.length === 0 && versions.length === scopes.length && caughtUp.every(Boolean);
  }

  /** A load that runs already may return an older version than this. */
  async #catchUpWith(newest: ScopeVersion): Promise<boolean> {
    await this.#loading.get(newest.scope)?.catch(() => undefined);
    if (this.#isBehind(newest)) await this.#load(newest.scope, newest);
    return !this.#isBehind(newest);
  }

  #isBehind(newest: ScopeVersion): boolean {
    const have = this.scopes.get(newest.scope);
    return have !== undefined && compareVersions(have, newest) !== 'older';
  }

  #receive(text: string): void {
    const fact = parseFact(text, [RulesetChangedV1]) as FactOf<typeof RulesetChangedV1>;
    const scope = scopeOf(fact);
    const isNext = this.#offer({ scope, ...fact.data });
    if (isNext) for (const listener of this.#onArrival) listener(Math.max(0, Date.now() - Date.parse(fact.timestamp)));
  }

  /** Returns whether the delta was applied. */
  #offer(delta: Delta): boolean {
    const { scope } = delta;
    if (this.#loading.has(scope)) this.#pending.get(scope)?.push(delta);
    const state = this.#loading.has(scope) ? undefined : this.scopes.get(scope);
    if (state === undefined) return false;
    const where = compareVersions(state, delta);
    if (where === 'next') this.#notify(applyDelta(state, delta));
    else if (where === 'gap') this.#load(scope, delta).catch(() => undefined);
    return where === 'next';
  }

  #load(scope: Scope, atLeast?: ScopeVersion): Promise<void> {
    const running = this.#loading.get(scope);
    if (running !== undefined) return running;
    this.#pending.set(scope, []);
    const loading = this.#fetch(scope, atLeast).finally(() => {
      this.#loading.delete(scope);
      const pending = this.#pending.get(scope) ?? [];
      this.#pending.delete(scope);
      for (const delta of pending) this.#offer(delta);
    });
    this.#loading.set(scope, loading);
    return loading;
  }

  async #fetch(scope: Scope, atLeast?: ScopeVersion): Promise<void> {
    const snapshot = await this.source.fetch(scope, atLeast);
    this.#refuseOlder(snapshot);
    const state = this.scopes.get(scope) ?? emptyScope(scope);
    if (this.scopes.has(scope) && compareVersions(state, snapshot) === 'older') return;
    const update = replaceAll(state, snapshot);
    this.scopes.set(scope, state);
    this.#notify(update);
  }

  /** Readers saw a later version before the eviction. If the database lost that version, `#compare` reports it to flags. */
  #refuseOlder({ scope, epoch, version }: RulesetSnapshot): void {
    if (!this.scopes.wasLater({ scope, epoch, version })) return;
    this.#compare([scope]).catch(() => undefined);
    throw new AppError('not_initialised', 'Only an older ruleset is available at the moment; try again shortly');
  }

  #notify(update: RulesetUpdate): void {
    this.scopes.moved(update);
    for (const listener of this.#listeners) listener(update);
    this.#waiting.check();
  }
}

function aheadOf(newest: ScopeVersion, held: ScopeVersion | undefined): ScopeVersion[] {
  return held !== undefined && isAhead(held, newest) ? [held] : [];
}
