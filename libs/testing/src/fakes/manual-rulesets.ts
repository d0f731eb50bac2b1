import {
  PLATFORM,
  refOf,
  type DocumentRef,
  type RulesetDocument,
  type RulesetVersion,
  type Scope,
} from '#libs/contracts';
import type { RulesetReader, RulesetUpdate, ScopeState } from '#libs/rulesets';

type Changes = ReadonlyMap<DocumentRef, RulesetDocument | null>;

/** Rulesets that a test changes. A scope is loaded empty, at version 0 of `ManualRulesets.EPOCH`. */
export class ManualRulesets implements RulesetReader {
  static readonly EPOCH = '0000000a1';

  confirmedAt = Date.parse('2025-12-31T23:59:53.000Z');
  /** Loaded scopes, in the order of their first `require`. */
  readonly loaded: Scope[] = [];
  readonly reached: RulesetVersion[] = [];
  touched = 0;
  isInUse: (scope: Scope) => boolean = () => false;
  readonly #scopes = new Map<Scope, ScopeState>();
  readonly #listeners: ((update: RulesetUpdate) => void)[] = [];
  readonly #evicted: ((scope: Scope) => void)[] = [];

  require(scope: Scope): Promise<void> {
    if (!this.#scopes.has(scope)) {
      this.loaded.push(scope);
      this.change(scope, new Map(), 0);
    }
    return Promise.resolve();
  }

  reach(_orgId: Scope, want: RulesetVersion): Promise<boolean> {
    this.reached.push(want);
    return Promise.resolve(true);
  }

  get(scope: Scope): ScopeState | undefined {
    return this.#scopes.get(scope);
  }

  onUpdate(listener: (update: RulesetUpdate) => void): void {
    this.#listeners.push(listener);
  }

  touch(): void {
    this.touched += 1;
  }

  keepWhile(isInUse: (scope: Scope) => boolean): void {
    this.isInUse = isInUse;
  }

  onEvicted(listener: (scope: Scope) => void): void {
    this.#evicted.push(listener);
  }

  evict(scope: Scope): void {
    this.#scopes.delete(scope);
    for (const listener of this.#evicted) listener(scope);
  }

  put(scope: Scope, ...documents: RulesetDocument[]): void {
    this.change(scope, mapOf(documents));
  }

  remove(scope: Scope, document: RulesetDocument): void {
    this.change(scope, new Map([[refOf(document), null]]));
  }

  /** Changes documents and adds `by` versions: several, as after a gap. */
  change(scope: Scope, documents: Changes, by = 1): void {
    const { epoch, version, documents: held } = this.#held(scope);
    const next = new Map(held);
    const changes = [...documents].map(([ref, document]) => {
      if (document === null) next.delete(ref);
      else next.set(ref, document);
      return { ref, document, before: held.get(ref) ?? null };
    });
    this.#set({ scope, epoch, version: version + by, documents: next });
    this.#notify({ scope, epoch, version: version + by, changes });
  }

  /** The scope in another epoch, at version 1 with these documents. */
  renew(scope: Scope, epoch: string, ...documents: RulesetDocument[]): void {
    this.#set({ scope, epoch, version: 1, documents: mapOf(documents) });
    this.#notify({ scope, epoch, version: 1, changes: [] });
  }

  /** Copies the platform and `o1` of another process by one snapshot each. */
  loadFrom(other: ManualRulesets): void {
    for (const scope of [PLATFORM, 'o1']) {
      const { version, documents } = other.#held(scope);
      const copies = JSON.parse(JSON.stringify([...documents])) as [DocumentRef, RulesetDocument][];
      if (version > 0) this.change(scope, new Map(copies), version);
    }
  }

  #held(scope: Scope): ScopeState {
    return this.#scopes.get(scope) ?? { scope, epoch: ManualRulesets.EPOCH, version: 0, documents: new Map() };
  }

  #set(state: ScopeState): void {
    this.#scopes.set(state.scope, state);
  }

  #notify(update: RulesetUpdate): void {
    for (const listener of this.#listeners) listener(update);
  }
}

function mapOf(documents: readonly RulesetDocument[]): Map<DocumentRef, RulesetDocument> {
  return new Map(documents.map((document) => [refOf(document), document]));
}
