import { isAhead, RulesetChangedV1, scopeOf, type Fact, type Scope, type ScopeVersion } from '#libs/contracts';
import type { Clock } from '#libs/kernel';
import type { Logger } from '#libs/observability';
import type { OutboxRow } from '#libs/postgres';
import { RulesetRefresh, type Lifetime, type Rulesets } from '../application/ports.js';
import type { Delta, RulesetStore } from './ruleset-store.js';

const BUDGET_MS = 200;
const PAUSE_MS = 1_000;

/**
 * Keeps Redis in step with Postgres. Before a delta is published it is written here, so that who reads Redis after hearing of a
 * version finds it. Redis that is away costs 200 ms once a second and nothing else: the next delta finds the gap and closes it.
 */
export class RulesetCache extends RulesetRefresh {
  #awayUntil = 0;
  readonly #refreshing = new Map<Scope, Promise<void>>();

  constructor(
    private readonly store: RulesetStore,
    private readonly rulesets: Rulesets,
    private readonly lifetime: Lifetime,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {
    super();
  }

  /** For the relay. Never throws, and takes at most the budget; a gap that takes longer is closed behind its back. */
  async beforePublish({ type, payload }: Pick<OutboxRow, 'type' | 'payload'>): Promise<void> {
    if (type !== RulesetChangedV1.type) return;
    await within(
      BUDGET_MS,
      this.#guarded(() => this.write(JSON.parse(payload) as Fact)),
    );
  }

  /** Writes what a `ruleset.changed` tells, and all before it. @throws when Redis does not take it */
  async write(fact: Fact): Promise<void> {
    await this.#write({ scope: scopeOf(fact), ...(fact.data as Omit<Delta, 'scope'>) });
  }

  override async refresh(scope: Scope): Promise<void> {
    await this.#guarded(() => this.#refreshOnce(scope));
  }

  override get connections(): number {
    return this.store.connections;
  }

  override async held(scopes: readonly Scope[]): Promise<readonly ScopeVersion[]> {
    let held: readonly ScopeVersion[] = [];
    await this.#guarded(async () => {
      held = await this.store.standings(scopes);
    });
    return held;
  }

  async #write(delta: Delta): Promise<void> {
    const outcome = await this.store.apply(delta);
    if (outcome === 'older') return this.#lookForLoss(delta.scope);
    if (outcome === 'applied') return;
    await this.#refreshOnce(delta.scope);
    // The refresh may have been one that began before this delta was committed.
    if ((await this.store.apply(delta)) === 'gap') await this.#refreshOnce(delta.scope);
  }

  /** Redis has this delta already: told twice, unless it has more than the database does. */
  async #lookForLoss(scope: Scope): Promise<void> {
    const [held] = await this.store.standings([scope]);
    const [own] = await this.rulesets.versions([scope]);
    if (held !== undefined && own !== undefined && isAhead(held, own)) await this.lifetime.renewIfBehind([held]);
  }

  /** One at a time per scope: whoever asks meanwhile waits for the same. */
  #refreshOnce(scope: Scope): Promise<void> {
    const running = this.#refreshing.get(scope);
    if (running !== undefined) return running;
    const started = this.#replace(scope).finally(() => this.#refreshing.delete(scope));
    this.#refreshing.set(scope, started);
    return started;
  }

  async #replace(scope: Scope): Promise<void> {
    const [[wanted], [has]] = await Promise.all([this.rulesets.versions([scope]), this.store.standings([scope])]);
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

async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
