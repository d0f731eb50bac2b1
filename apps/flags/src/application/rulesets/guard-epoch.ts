import { isAhead, type Scope, type ScopeVersion } from '#libs/contracts';
import type { Clock } from '#libs/kernel';
import type { EpochStore } from '../ports/epoch.js';
import type { RulesetRefresh, Rulesets } from '../ports/rulesets.js';

/** Scopes that are compared at a time. */
const BATCH = 500;
const COMPARE_MS = 60_000;

/**
 * Begins a new epoch when the database has lost commits, so that no reader keeps rulesets that the database lacks. It finds the
 * loss when the database is another one than before, or when Redis holds later versions. `ReportVersions` covers evaluators.
 */
export class GuardEpoch {
  #compared = { epoch: '', connections: -1, at: 0 };

  constructor(
    private readonly epochs: EpochStore,
    private readonly rulesets: Pick<Rulesets, 'scopes' | 'versions'>,
    private readonly cache: RulesetRefresh,
    private readonly clock: Clock,
  ) {}

  /**
   * Runs each second. Redis is compared once a minute, after each reconnect, when it was emptied, and in each new epoch. The mark
   * of an intact Redis is set before the comparison: what is lost during it is found a second later.
   */
  async execute(): Promise<void> {
    const epoch = await this.epochs.renewIfMoved();
    const wasEmptied = await this.cache.wasEmptied();
    const { connections } = this.cache;
    const at = this.clock.now().getTime();
    const last = this.#compared;
    const isKnown = epoch === last.epoch && connections === last.connections && !wasEmptied;
    if (isKnown && at - last.at < COMPARE_MS) return;
    this.#compared = { ...last, at: 0 };
    if (await this.#compareCache()) this.#compared = { epoch, connections, at };
  }

  /** Redis ahead: commits were lost. Redis behind, or without a copy: it is refreshed. Returns whether nothing was lost. */
  async #compareCache(): Promise<boolean> {
    for (let after: Scope | undefined; ;) {
      const scopes = await this.rulesets.scopes(after, BATCH);
      if (await this.#findLoss(scopes)) return false;
      if (scopes.length < BATCH) return true;
      after = scopes.at(-1);
    }
  }

  async #findLoss(scopes: readonly Scope[]): Promise<boolean> {
    // Redis first: what it holds was committed before, so an intact database has it when it is read next.
    const held = new Map((await this.cache.held(scopes)).map((copy) => [copy.scope, copy]));
    const stored = await this.rulesets.versions(scopes);
    const lost = stored.flatMap((version) => heldAhead(version, held.get(version.scope)));
    if (lost.length > 0) await this.epochs.renewIfBehind(lost);
    for (const version of stored) {
      if (isBehind(held.get(version.scope), version)) await this.cache.refresh(version.scope);
    }
    return lost.length > 0;
  }
}

function heldAhead(stored: ScopeVersion, held: ScopeVersion | undefined): ScopeVersion[] {
  return held !== undefined && isAhead(held, stored) ? [held] : [];
}

function isBehind(held: ScopeVersion | undefined, stored: ScopeVersion): boolean {
  return held === undefined || isAhead(stored, held);
}
