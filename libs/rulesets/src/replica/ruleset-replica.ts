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
import type { SnapshotSource } from '../snapshot/snapshot-source.js';

export type UpdateListener = (update: RulesetUpdate) => void;
export interface ReplicaOptions {
  /** How often the versions held are compared with the newest; default 2,000. */
  readonly pollMs?: number;
  /** What the documents of all scopes may take together; without a bound unless said. */
  readonly maxBytes?: number;
}

/**
 * What an evaluator holds: the documents of the platform and of each organization asked for, moved by deltas from the bus.
 * Whatever is lost, doubled or out of order on the way, the state is the database's again after one poll at most:
 * `v ≤ have` is ignored, `v = have + 1` applied, anything else fetches the snapshot (specification 05).
 */
export class RulesetReplica {
  /** What is held; organizations come and go. */
  readonly scopes: HeldScopes;
  readonly #loading = new Map<Scope, Promise<void>>();
  /** Deltas that came while their scope was being loaded. */
  readonly #pending = new Map<Scope, Delta[]>();
  readonly #listeners: UpdateListener[] = [];
  readonly #onArrival: ((ms: number) => void)[] = [];
  #timer: NodeJS.Timeout | undefined;
  #polling = false;
  #confirmedAt = 0;
  /** For a version: they look after every change. */
  readonly #waiting = new Conditions();
  readonly #catchingUp = new Map<Scope, Promise<boolean>>();

  constructor(
    private readonly bus: Bus,
    private readonly source: SnapshotSource,
    private readonly logger: Logger,
    private readonly options: ReplicaOptions = {},
  ) {
    this.scopes = new HeldScopes(options.maxBytes);
    this.scopes.keepWhile((scope) => this.#loading.has(scope) || this.#catchingUp.has(scope));
  }

  /** Takes what was held before a restart, before `start`: served at once, moved on as usual. `confirmedAt` in unix ms. */
  restore(snapshots: readonly RulesetSnapshot[], confirmedAt: number): void {
    this.#confirmedAt = Math.min(confirmedAt, Date.now());
    for (const snapshot of snapshots) {
      const state = emptyScope(snapshot.scope);
      const update = replaceAll(state, snapshot);
      this.scopes.set(snapshot.scope, state);
      this.#tell(update);
    }
  }

  /** Subscribes first; snapshots come after, so that no change falls between the two. */
  start(): void {
    this.bus.subscribe(RulesetChangedV1.everyScope, (message) => this.#hear(message.string()));
    this.bus.onConnect(() => void this.poll());
    this.#timer = setInterval(() => void this.poll(), this.options.pollMs ?? 2_000);
    this.require(PLATFORM).catch(() => undefined);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Called synchronously after each change of a scope that is held, in the order of its versions. */
  onUpdate(listener: UpdateListener): void {
    this.#listeners.push(listener);
  }

  /** Called with how long a change took to be held here: by the clocks of flags and this process, which may differ. */
  onArrival(listener: (ms: number) => void): void {
    this.#onArrival.push(listener);
  }

  get(scope: Scope): ScopeState | undefined {
    return this.scopes.get(scope);
  }

  /** Loads a scope unless it is held; callers at the same time share one load. @throws AppError `not_initialised` */
  async require(scope: Scope): Promise<void> {
    if (this.scopes.has(scope)) return;
    await this.#load(scope, this.scopes.beginningOf(scope));
  }

  /**
   * Whether what is held of an organization and the platform reaches a version; waits up to `timeoutMs` for it to come, then
   * fetches what is behind. At once when it does already. Never throws: who cannot be asked does not help.
   */
  async reach(orgId: Scope, want: RulesetVersion, timeoutMs: number): Promise<boolean> {
    const isThere = (): boolean => this.#reaches(orgId, want);
    const release = this.scopes.pin(orgId);
    try {
      if (isThere() || (await this.#waiting.waitUntil(isThere, timeoutMs))) return true;
      await this.#catchUp(orgId).catch((error: unknown) => this.logger.debug({ err: error }, 'nobody could catch up'));
      return isThere();
    } finally {
      release();
    }
  }

  /** Unix ms at which the versions held were last known to be the newest; 0 before the first time. */
  get confirmedAt(): number {
    return this.#confirmedAt;
  }

  /** Compares what is held with the newest versions and fetches what is behind. Never throws: the next one comes in 2 s. */
  async poll(): Promise<void> {
    if (this.#polling) return;
    this.#polling = true;
    try {
      await this.#pollOnce();
    } catch (error) {
      this.logger.debug({ err: error }, 'nobody tells the newest versions');
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

  /** Asks first whether there is anything newer: a version that somebody made up costs no snapshot. One at a time. */
  #catchUp(orgId: Scope): Promise<boolean> {
    const running = this.#catchingUp.get(orgId);
    if (running !== undefined) return running;
    const asking = this.#compare([PLATFORM, orgId]).finally(() => this.#catchingUp.delete(orgId));
    this.#catchingUp.set(orgId, asking);
    return asking;
  }

  /**
   * Fetches what is behind. What flags does not have any more was lost with the database's last commits: it is told, and asked
   * again, since it begins a new epoch then. Resolves with whether all that was held is the newest now.
   */
  async #compare(scopes: readonly Scope[], mayReport = true): Promise<boolean> {
    // As it was before the question: deltas that come meanwhile are no contradiction.
    const before = new Map(scopes.map((scope) => [scope, this.scopes.standing(scope)]));
    const { areFromDatabase, versions } = await this.source.versions(scopes);
    const lost = versions.flatMap((said) => aheadOf(said, before.get(said.scope)));
    if (lost.length > 0 && areFromDatabase && mayReport) {
      await this.source.report(lost);
      return this.#compare(scopes, false);
    }
    const caughtUp = await Promise.all(versions.map((version) => this.#catchUpWith(version)));
    return lost.length === 0 && versions.length === scopes.length && caughtUp.every(Boolean);
  }

  /** A load that runs already may bring less than this. */
  async #catchUpWith(newest: ScopeVersion): Promise<boolean> {
    await this.#loading.get(newest.scope)?.catch(() => undefined);
    if (this.#isBehind(newest)) await this.#load(newest.scope, newest);
    return !this.#isBehind(newest);
  }

  #isBehind(newest: ScopeVersion): boolean {
    const have = this.scopes.get(newest.scope);
    return have !== undefined && compareVersions(have, newest) !== 'older';
  }

  #hear(text: string): void {
    const fact = parseFact(text, [RulesetChangedV1]) as FactOf<typeof RulesetChangedV1>;
    const scope = scopeOf(fact);
    const isNext = this.#offer({ scope, ...fact.data });
    if (isNext) for (const listener of this.#onArrival) listener(Math.max(0, Date.now() - Date.parse(fact.timestamp)));
  }

  /** Whether it was applied. */
  #offer(delta: Delta): boolean {
    const { scope } = delta;
    if (this.#loading.has(scope)) this.#pending.get(scope)?.push(delta);
    const state = this.#loading.has(scope) ? undefined : this.scopes.get(scope);
    if (state === undefined) return false;
    const where = compareVersions(state, delta);
    if (where === 'next') this.#tell(applyDelta(state, delta));
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
    this.#tell(update);
  }

  /** Readers saw a later version before it was let go. If the database lost that, it is told, and begins a new epoch. */
  #refuseOlder({ scope, epoch, version }: RulesetSnapshot): void {
    if (!this.scopes.wasLater({ scope, epoch, version })) return;
    this.#compare([scope]).catch(() => undefined);
    throw new AppError('not_initialised', 'Only an older ruleset is to be had at the moment; try again shortly');
  }

  #tell(update: RulesetUpdate): void {
    this.scopes.moved(update);
    for (const listener of this.#listeners) listener(update);
    this.#waiting.check();
  }
}

function aheadOf(said: ScopeVersion, held: ScopeVersion | undefined): ScopeVersion[] {
  return held !== undefined && isAhead(held, said) ? [held] : [];
}
