import { isAhead, RulesetChangedV1, scopeOf, type Fact, type Scope, type ScopeVersion } from '#libs/contracts';
import { within, type Clock } from '#libs/kernel';
import type { Logger } from '#libs/observability';
import type { OutboxRow } from '#libs/postgres';
import type { EpochStore } from '../application/ports/epoch.js';
import type { RulesetRefresh, Rulesets } from '../application/ports/rulesets.js';
import type { Delta, RedisRulesets } from './redis-rulesets.js';

const BUDGET_MS = 200;
const PAUSE_MS = 1_000;

/**
 * Keeps the rulesets in Redis in step with Postgres. A delta is written here before it is published, so that a reader that
 * received a version finds it in Redis. Without Redis each second costs one wait of 200 ms; the next delta finds and closes the gap.
 */
export class RulesetCache implements RulesetRefresh {
  #awayUntil = 0;
  readonly #refreshing = new Map<Scope, Promise<void>>();

  constructor(
    private readonly store: RedisRulesets,
    private readonly rulesets: Rulesets,
    private readonly epochs: EpochStore,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** Hook of the relay. Never throws, and takes at most `BUDGET_MS`; closing a larger gap continues in the background. */
  async beforePublish({ type, payload }: Pick<OutboxRow, 'type' | 'payload'>): Promise<void> {
    if (type !== RulesetChangedV1.type) return;
    const written = this.#guarded(() => this.write(JSON.parse(payload) as Fact));
    await within(BUDGET_MS, written, () => new Error('Over budget')).catch(() => undefined);
  }

  /** Writes the delta of a `ruleset.changed` and everything before it. @throws when Redis does not accept it */
  async write(fact: Fact): Promise<void> {
    await this.#write({ scope: scopeOf(fact), ...(fact.data as Omit<Delta, 'scope'>) });
  }

  async refresh(scope: Scope): Promise<void> {
    await this.#guarded(() => this.#refreshOnce(scope));
  }

  get connections(): number {
    return this.store.connections;
  }

  async wasEmptied(): Promise<boolean> {
    let isMissing = false;
    await this.#guarded(async () => {
      isMissing = await this.store.markIntact();
    });
    return isMissing;
  }

  async held(scopes: readonly Scope[]): Promise<readonly ScopeVersion[]> {
    let held: readonly ScopeVersion[] = [];
    await this.#guarded(async () => {
      held = await this.store.versions(scopes);
    });
    return held;
  }

  async #write(delta: Delta): Promise<void> {
    const outcome = await this.store.apply(delta);
    if (outcome === 'older') return this.#lookForLoss(delta.scope);
    if (outcome === 'applied') return;
    await this.#refreshOnce(delta.scope);
    // The refresh may have begun before this delta was committed.
    if ((await this.store.apply(delta)) === 'gap') await this.#refreshOnce(delta.scope);
  }

  /** Redis has this delta already: a second delivery, or commits that the database has lost. */
  async #lookForLoss(scope: Scope): Promise<void> {
    const [held] = await this.store.versions([scope]);
    const [stored] = await this.rulesets.versions([scope]);
    if (held !== undefined && stored !== undefined && isAhead(held, stored)) await this.epochs.renewIfBehind([held]);
  }

  /** One refresh at a time per scope: concurrent calls share it. */
  #refreshOnce(scope: Scope): Promise<void> {
    const running = this.#refreshing.get(scope);
    if (running !== undefined) return running;
    const started = this.#replace(scope).finally(() => this.#refreshing.delete(scope));
    this.#refreshing.set(scope, started);
    return started;
  }

  async #replace(scope: Scope): Promise<void> {
    const [[wanted], [has]] = await Promise.all([this.rulesets.versions([scope]), this.store.versions([scope])]);
    if (has !== undefined && has.epoch === wanted!.epoch && has.version === wanted!.version) return;
    await this.store.replace(await this.rulesets.snapshot(scope));
  }

  async #guarded(work: () => Promise<void>): Promise<void> {
    if (this.clock.now().getTime() < this.#awayUntil) return;
    try {
      await work();
    } catch (error) {
      this.#awayUntil = this.clock.now().getTime() + PAUSE_MS;
      this.logger.warn({ err: error }, 'a ruleset was not written to Redis; the next change closes the gap');
    }
  }
}
