import {
  formatEpoch,
  formatVersion,
  PLATFORM,
  refOf,
  RulesetChangedV1,
  scopeOf,
  type AuditDraft,
  type DocumentChange,
  type DocumentKind,
  type DocumentRef,
  type Fact,
  type FactDraft,
  type FlagDraft,
  type Origin,
  type RulesetDocument,
  type Scope,
  type Written,
} from '#libs/contracts';
import { auditFact, completeFact } from '#libs/facts';
import type { Clock, Ids } from '#libs/kernel';
import type { DueDocument, Schedules } from '../../src/application/ports/schedules.js';
import type { Stores } from '../../src/application/ports/stores.js';
import type { Change, HistoryEntry, ItemKeys, UnitOfWork } from '../../src/application/ports/unit-of-work.js';
import { checkDocumentSize } from '../../src/domain/documents.js';
import type { Flag } from '../../src/domain/flags/flag.js';
import type { FlagVersion } from '../../src/domain/flags/history.js';
import { stepsOf, type ScheduledStep } from '../../src/domain/targeting/scheduled-steps.js';
import { emptyState, type State, type View } from './state.js';
import { alreadyExists, storesOf } from './stores.js';

const ITEM_KEYS_KEPT_MS = 24 * 3_600_000;

/** The unit of work without Postgres, for unit specs. It passes the same contract test as `PostgresUnitOfWork`. */
export class InMemoryUnitOfWork implements UnitOfWork, Schedules {
  #state = emptyState();
  #turn: Promise<unknown> = Promise.resolve();
  readonly #epoch: string;

  constructor(
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {
    this.#epoch = formatEpoch(clock.now().getTime());
  }

  change<T>(origin: Origin, work: (tx: Change) => Promise<T>): Promise<Written<T>> {
    return this.#transaction((state) => this.#changeIn(state, origin, work));
  }

  async changeOnce(fact: Fact, origin: Origin, work: (tx: Change) => Promise<void>): Promise<void> {
    await this.#transaction(async (state) => {
      if (state.inbox.includes(fact.id)) return;
      state.inbox = [...state.inbox, fact.id];
      await this.#changeIn(state, { ...origin, scope: scopeOf(fact) }, work, fact.id);
    });
  }

  async read<T>(scope: Scope, work: (stores: Stores) => Promise<T>): Promise<T> {
    return work(storesOf({ state: { ...this.#state }, scope, seesAll: false }));
  }

  async due(at: Date): Promise<readonly DueDocument[]> {
    const steps = this.#state.steps.filter((step) => step.at <= at).toSorted((a, b) => Number(a.at) - Number(b.at));
    const first = new Map(steps.toReversed().map((step) => [`${step.scope} ${step.ref}`, step]));
    return [...first.values()]
      .toSorted((a, b) => Number(a.at) - Number(b.at))
      .map(({ scope, ref }) => {
        const [kind, name] = [ref.slice(0, ref.indexOf(':')) as DocumentKind, ref.slice(ref.indexOf(':') + 1)];
        return { scope, ref, kind, name };
      });
  }

  async forget({ scope, ref }: DueDocument, until: Date): Promise<void> {
    this.#state.steps = this.#state.steps.filter((s) => s.scope !== scope || s.ref !== ref || s.at > until);
  }

  /** Removes the queued facts of a scope, and returns them in order. */
  takeFacts(scope: Scope): readonly Fact<Record<string, unknown>>[] {
    const taken = this.#state.outbox.filter((fact) => scopeOf(fact) === scope);
    this.#state.outbox = this.#state.outbox.filter((fact) => scopeOf(fact) !== scope);
    return taken as readonly Fact<Record<string, unknown>>[];
  }

  /** The number of changes of a scope so far. */
  version(scope: Scope): number {
    return this.#state.versions[scope] ?? 0;
  }

  /** One after the other, as the lock of a scope does it: on a copy, which replaces the state when the work succeeds. */
  #transaction<T>(work: (state: State) => Promise<T>): Promise<T> {
    const mine = this.#turn.then(async () => {
      const draft = { ...this.#state };
      const result = await work(draft);
      this.#state = draft;
      return result;
    });
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #changeIn<T>(
    state: State,
    origin: Origin,
    work: (tx: Change) => Promise<T>,
    causationId?: string,
  ): Promise<Written<T>> {
    const before = { ...state };
    const { scope } = origin;
    const change = new InMemoryChange({ state, scope, seesAll: scope === PLATFORM }, origin, this.clock.now());
    const resource = await work(change);
    if (change.changedNothing) Object.assign(state, before);
    else {
      state.versions = { ...state.versions, [scope]: (state.versions[scope] ?? 0) + 1 };
      const drafts = change.commit(this.#epoch, state.versions[scope]!);
      const complete = (draft: FactDraft) =>
        completeFact(draft, { id: this.ids.next(), at: this.clock.now(), source: 'flags', causationId });
      state.outbox = [...state.outbox, ...drafts.map(complete)];
    }
    const [platform, own] = [state.versions[PLATFORM] ?? 0, state.versions[scope] ?? 0];
    const version = { epoch: this.#epoch, platform, org: scope === PLATFORM ? 0 : own };
    return { resource, ruleset_version: formatVersion(version) };
  }
}

class InMemoryChange implements Change {
  readonly flags: Stores['flags'];
  readonly configs: Stores['configs'];
  readonly environments: Stores['environments'];
  readonly killSwitches: Stores['killSwitches'];
  readonly strategies: Stores['strategies'];
  readonly segments: Stores['segments'];
  readonly targeting: Stores['targeting'];
  readonly itemKeys: ItemKeys;
  readonly #changes = new Map<DocumentRef, DocumentChange>();
  readonly #facts: ((version: number) => FactDraft)[] = [];
  readonly #history: HistoryEntry[] = [];
  #audit: AuditDraft | undefined;

  constructor(
    private readonly view: View,
    private readonly origin: Origin,
    readonly now: Date,
  ) {
    const stores = storesOf(view);
    this.flags = stores.flags;
    this.configs = stores.configs;
    this.environments = stores.environments;
    this.killSwitches = stores.killSwitches;
    this.strategies = stores.strategies;
    this.segments = stores.segments;
    this.targeting = stores.targeting;
    this.itemKeys = itemKeysOf(view, origin.actor.id, now);
  }

  get scope(): Scope {
    return this.view.scope;
  }

  get changedNothing(): boolean {
    return this.#changes.size === 0;
  }

  readonly ruleset = {
    put: (document: RulesetDocument): void => {
      checkDocumentSize(document);
      this.#changes.set(refOf(document), { ref: refOf(document), document });
    },
    remove: (ref: DocumentRef): void => void this.#changes.set(ref, { ref, document: null }),
  };

  readonly facts = { add: (fact: (version: number) => FactDraft): void => void this.#facts.push(fact) };

  readonly history = {
    add: (entry: HistoryEntry): void => void this.#history.push(entry),
    find: async (flagId: string, seq: number): Promise<FlagVersion | undefined> => {
      const isOwn = this.view.state.flags.some(({ id, scope }) => id === flagId && scope === this.scope);
      const found = this.view.state.history.find((line) => isOwn && line.flagId === flagId && line.seq === seq);
      return found && ({ environment: found.environment, snapshot: found.snapshot } as FlagVersion);
    },
  };

  async takeSteps(ref: DocumentRef): Promise<readonly ScheduledStep[]> {
    const { state, scope } = this.view;
    const isTaken = (step: State['steps'][number]): boolean =>
      step.scope === scope && step.ref === ref && step.at <= this.now;
    const taken = state.steps.filter(isTaken);
    state.steps = state.steps.filter((step) => !isTaken(step));
    return taken.map(({ environment, at }) => (environment === undefined ? { at } : { environment, at }));
  }

  audit(entry: AuditDraft): void {
    if (this.#audit !== undefined) throw new Error('A change has at most one audit entry');
    this.#audit = entry;
  }

  /** Writes history and steps, and returns the facts to queue. */
  commit(epoch: string, version: number): readonly FactDraft[] {
    const changes = [...this.#changes.values()];
    for (const entry of this.#history) this.#addHistory(entry);
    for (const { document } of changes) if (document !== null) this.#rememberSteps(document);
    return [
      RulesetChangedV1.of(this.origin, { epoch, version, changes }),
      ...this.#facts.map((fact) => fact(version)),
      ...(this.#audit === undefined ? [] : [auditFact(this.origin, this.#audit)]),
    ];
  }

  #addHistory(entry: HistoryEntry): void {
    const { state } = this.view;
    const seq = 1 + Math.max(0, ...state.history.filter((l) => l.flagId === entry.flagId).map((line) => line.seq));
    state.history = [...state.history, { ...entry, seq }];
  }

  #rememberSteps(document: RulesetDocument): void {
    const { state, scope } = this.view;
    const ref = refOf(document);
    const future = stepsOf(document).filter(({ at }) => at > this.now);
    const isStored = ({ environment, at }: ScheduledStep): boolean =>
      state.steps.some(
        (s) => s.scope === scope && s.ref === ref && s.environment === environment && Number(s.at) === Number(at),
      );
    state.steps = [...state.steps, ...future.filter((s) => !isStored(s)).map((step) => ({ ...step, scope, ref }))];
  }
}

function itemKeysOf({ state, scope }: View, caller: string, now: Date): ItemKeys {
  const isExpired = ({ at }: { readonly at: Date }): boolean => Number(at) <= Number(now) - ITEM_KEYS_KEPT_MS;
  const isOwn = (stored: State['itemKeys'][number]): boolean => stored.scope === scope && stored.caller === caller;
  return {
    replayed: async (keys) =>
      state.itemKeys
        .filter((stored) => isOwn(stored) && !isExpired(stored) && keys.includes(stored.itemKey))
        .map(({ itemKey, draft }) => ({ itemKey, draft })),
    remember: async (itemKey: string, draft: FlagDraft, flag: Flag) => {
      state.itemKeys = state.itemKeys.filter((stored) => stored.scope !== scope || !isExpired(stored));
      if (state.itemKeys.some((stored) => isOwn(stored) && stored.itemKey === itemKey)) throw alreadyExists();
      state.itemKeys = [...state.itemKeys, { scope, caller, itemKey, draft, flagId: flag.id, at: now }];
    },
  };
}
