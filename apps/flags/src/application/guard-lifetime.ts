import { isAhead, type Scope, type ScopeVersion } from '#libs/contracts';
import type { Clock } from '#libs/kernel';
import type { Lifetime, RulesetRefresh, Rulesets } from './ports.js';

/** Scopes that are compared at a time. */
const BATCH = 500;
const COMPARE_MS = 60_000;

/**
 * Sees to it that a database that lost what it had committed begins a new epoch, so that nobody keeps what it lacks: whether an
 * evaluator notices, or Redis knows more, or the database itself is another one than before.
 */
export class GuardLifetime {
  #compared = { epoch: '', connections: -1, at: 0 };

  constructor(
    private readonly lifetime: Lifetime,
    private readonly rulesets: Rulesets,
    private readonly cache: RulesetRefresh,
    private readonly clock: Clock,
  ) {}

  /** From an evaluator: it holds this, and was told less. */
  async report({ held }: { held: readonly ScopeVersion[] }): Promise<{ epoch: string }> {
    return { epoch: await this.lifetime.renewIfBehind(held) };
  }

  /** Each second. Redis is compared now and then, after it was away, and when an epoch began, whoever began it. */
  async execute(): Promise<void> {
    const epoch = await this.lifetime.renewIfMoved();
    const { connections } = this.cache;
    const at = this.clock.now().getTime();
    const last = this.#compared;
    if (epoch === last.epoch && connections === last.connections && at - last.at < COMPARE_MS) return;
    if (await this.#compareCache()) this.#compared = { epoch, connections, at };
  }

  /** Redis ahead is a loss; Redis behind, or without a ruleset, gets it. Whether it is done, with nothing lost. */
  async #compareCache(): Promise<boolean> {
    for (let after: Scope | undefined; ;) {
      const scopes = await this.rulesets.scopes(after, BATCH);
      if (await this.#findLoss(scopes)) return false;
      if (scopes.length < BATCH) return true;
      after = scopes.at(-1);
    }
  }

  async #findLoss(scopes: readonly Scope[]): Promise<boolean> {
    // In this order: what Redis has was committed before it is asked.
    const held = new Map((await this.cache.held(scopes)).map((one) => [one.scope, one]));
    const own = await this.rulesets.versions(scopes);
    const lost = own.flatMap((said) => heldAhead(said, held.get(said.scope)));
    if (lost.length > 0) await this.lifetime.renewIfBehind(lost);
    for (const said of own) if (isBehind(held.get(said.scope), said)) await this.cache.refresh(said.scope);
    return lost.length > 0;
  }
}

function heldAhead(said: ScopeVersion, held: ScopeVersion | undefined): ScopeVersion[] {
  return held !== undefined && isAhead(held, said) ? [held] : [];
}

function isBehind(held: ScopeVersion | undefined, said: ScopeVersion): boolean {
  return held === undefined || isAhead(said, held);
}
