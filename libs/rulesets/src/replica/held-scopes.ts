import { isAhead, PLATFORM, type Scope, type ScopeVersion } from '#libs/contracts';
import type { RulesetUpdate, ScopeState } from './apply.js';
import { documentBytes } from './document-bytes.js';

export type EvictionListener = (scope: Scope) => void;
interface Entry {
  readonly state: ScopeState;
  bytes: number;
  /** Counts uses: the least is the least recently used. */
  usedAt: number;
  pins: number;
}

/**
 * The scopes that a process holds. When the documents of all together pass `maxBytes`, organizations are let go, the least
 * recently used first: never the platform, nor one that is in use. That happens between two turns of the event loop: who
 * awaited a scope and uses it before the next I/O finds it there.
 */
export class HeldScopes {
  readonly #entries = new Map<Scope, Entry>();
  /** What was let go, and at which version: a reader must not see an older one afterwards. */
  readonly #left = new Map<Scope, ScopeVersion>();
  readonly #listeners: EvictionListener[] = [];
  readonly #isInUse: ((scope: Scope) => boolean)[] = [];
  #uses = 0;
  #bytes = 0;
  #evictions = 0;
  #isEvicting = false;

  constructor(private readonly maxBytes = Number.POSITIVE_INFINITY) {}

  get size(): number {
    return this.#entries.size;
  }
  /** Of all documents, about. */
  get bytes(): number {
    return this.#bytes;
  }
  get evictions(): number {
    return this.#evictions;
  }

  has(scope: Scope): boolean {
    return this.#entries.has(scope);
  }

  get(scope: Scope): ScopeState | undefined {
    return this.#entries.get(scope)?.state;
  }

  keys(): Iterable<Scope> {
    return this.#entries.keys();
  }

  /** The states, as they are now. */
  all(): readonly ScopeState[] {
    return [...this.#entries.values()].map(({ state }) => state);
  }

  set(scope: Scope, state: ScopeState): void {
    if (this.#entries.has(scope)) return;
    this.#left.delete(scope);
    this.#entries.set(scope, { state, bytes: 0, usedAt: (this.#uses += 1), pins: 0 });
  }

  /** Somebody uses it: on the path of every request, so it does next to nothing. */
  touch(scope: Scope): void {
    const entry = this.#entries.get(scope);
    if (entry !== undefined) entry.usedAt = this.#uses += 1;
  }

  /** Keeps a scope until the answer is called. */
  pin(scope: Scope): () => void {
    const entry = this.#entries.get(scope);
    if (entry === undefined) return () => undefined;
    entry.pins += 1;
    return () => void (entry.pins -= 1);
  }

  /** What says so keeps a scope. */
  keepWhile(isInUse: (scope: Scope) => boolean): void {
    this.#isInUse.push(isInUse);
  }

  /** Called after a scope was let go: it is not in here any more. */
  onEvicted(listener: EvictionListener): void {
    this.#listeners.push(listener);
  }

  /** The version at which a scope stands, or stood when it was let go. */
  standing(scope: Scope): ScopeVersion | undefined {
    const have = this.get(scope);
    return have === undefined ? this.#left.get(scope) : { scope, epoch: have.epoch, version: have.version };
  }

  /** What a load must bring at least: nothing of an earlier lifetime, nor older than what was held before. */
  beginningOf(scope: Scope): ScopeVersion | undefined {
    const left = this.#left.get(scope);
    const epoch = this.get(PLATFORM)?.epoch ?? '';
    if (left !== undefined && left.epoch >= epoch) return left;
    return epoch === '' ? undefined : { scope, epoch, version: 0 };
  }

  /** Whether a scope was let go at a later version than this. */
  wasLater(offered: ScopeVersion): boolean {
    const left = this.#left.get(offered.scope);
    return left !== undefined && isAhead(left, offered);
  }

  /** Counts what a change made of a scope's size. */
  moved({ scope, changes }: RulesetUpdate): void {
    const entry = this.#entries.get(scope);
    if (entry === undefined) return;
    const grown = changes.reduce(
      (sum, { before, document }) => sum + documentBytes(document) - documentBytes(before),
      0,
    );
    entry.bytes += grown;
    this.#bytes += grown;
    if (this.#bytes > this.maxBytes) this.#evictSoon();
  }

  #evictSoon(): void {
    if (this.#isEvicting) return;
    this.#isEvicting = true;
    setImmediate(() => {
      this.#isEvicting = false;
      this.#evict();
    });
  }

  #evict(): void {
    const byUse = [...this.#entries].toSorted(([, a], [, b]) => a.usedAt - b.usedAt);
    // The last one used stays, however large: else it would be loaded for every request.
    for (const [scope, entry] of byUse.slice(0, -1)) {
      if (this.#bytes <= this.maxBytes) return;
      if (!this.#mustStay(scope, entry)) this.#letGo(scope, entry);
    }
  }

  #mustStay(scope: Scope, { pins }: Entry): boolean {
    return scope === PLATFORM || pins > 0 || this.#isInUse.some((isInUse) => isInUse(scope));
  }

  #letGo(scope: Scope, { state: { epoch, version }, bytes }: Entry): void {
    this.#entries.delete(scope);
    this.#bytes -= bytes;
    this.#evictions += 1;
    this.#left.set(scope, { scope, epoch, version });
    for (const listener of this.#listeners) listener(scope);
  }
}
