import { isAhead, PLATFORM, type Scope, type ScopeVersion } from '#libs/contracts';
import type { RulesetUpdate, ScopeState } from './apply.js';
import type { EvictionListener } from '../ruleset-reader.js';
import { documentBytes } from './document-bytes.js';

interface Entry {
  readonly state: ScopeState;
  bytes: number;
  /** Counts uses: the least is the least recently used. */
  usedAt: number;
  pins: number;
}

/**
 * The scopes that a process holds. When the documents of all together exceed `maxBytes`, organizations are evicted, the least
 * recently used first; never the platform, nor a scope in use. Evictions run between two turns of the event loop: a caller that
 * awaited a scope and uses it before the next I/O finds it there.
 */
export class HeldScopes {
  readonly #entries = new Map<Scope, Entry>();
  /** Evicted scopes with their version: a reader must not see an older one afterwards. */
  readonly #evicted = new Map<Scope, ScopeVersion>();
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
  /** Estimated memory of all documents. */
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

  all(): readonly ScopeState[] {
    return [...this.#entries.values()].map(({ state }) => state);
  }

  set(scope: Scope, state: ScopeState): void {
    if (this.#entries.has(scope)) return;
    this.#evicted.delete(scope);
    this.#entries.set(scope, { state, bytes: 0, usedAt: (this.#uses += 1), pins: 0 });
  }

  /** Marks a scope as used. Cheap: it runs for every request. */
  touch(scope: Scope): void {
    const entry = this.#entries.get(scope);
    if (entry !== undefined) entry.usedAt = this.#uses += 1;
  }

  /** Protects a scope from eviction until the returned function is called. */
  pin(scope: Scope): () => void {
    const entry = this.#entries.get(scope);
    if (entry === undefined) return () => undefined;
    entry.pins += 1;
    return () => void (entry.pins -= 1);
  }

  /** Protects scopes from eviction while the function returns true for them. */
  keepWhile(isInUse: (scope: Scope) => boolean): void {
    this.#isInUse.push(isInUse);
  }

  /** Calls the listener after a scope was evicted. */
  onEvicted(listener: EvictionListener): void {
    this.#listeners.push(listener);
  }

  /** The version of a scope: the current one, or the last one before its eviction. */
  standing(scope: Scope): ScopeVersion | undefined {
    const have = this.get(scope);
    return have === undefined ? this.#evicted.get(scope) : { scope, epoch: have.epoch, version: have.version };
  }

  /** The least version a load may return: of the current epoch, and not older than the version held before the eviction. */
  leastVersionOf(scope: Scope): ScopeVersion | undefined {
    const evicted = this.#evicted.get(scope);
    const epoch = this.get(PLATFORM)?.epoch ?? '';
    if (evicted !== undefined && evicted.epoch >= epoch) return evicted;
    return epoch === '' ? undefined : { scope, epoch, version: 0 };
  }

  /** Whether a scope was evicted at a later version than this. */
  wasLater(offered: ScopeVersion): boolean {
    const evicted = this.#evicted.get(offered.scope);
    return evicted !== undefined && isAhead(evicted, offered);
  }

  /** Adds the effect of a change to the size of its scope. */
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
    // The scope used last stays, however large: otherwise it would be loaded for every request.
    for (const [scope, entry] of byUse.slice(0, -1)) {
      if (this.#bytes <= this.maxBytes) return;
      if (!this.#mustStay(scope, entry)) this.#drop(scope, entry);
    }
  }

  #mustStay(scope: Scope, { pins }: Entry): boolean {
    return scope === PLATFORM || pins > 0 || this.#isInUse.some((isInUse) => isInUse(scope));
  }

  #drop(scope: Scope, { state: { epoch, version }, bytes }: Entry): void {
    this.#entries.delete(scope);
    this.#bytes -= bytes;
    this.#evictions += 1;
    this.#evicted.set(scope, { scope, epoch, version });
    for (const listener of this.#listeners) listener(scope);
  }
}
