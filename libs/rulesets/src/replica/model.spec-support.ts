import { formatEpoch, parseEpoch, PLATFORM, RulesetChangedV1, systemOrigin, type RulesetDocument, type RulesetSnapshot, type Scope, type ScopeVersion } from '#libs/contracts'; // prettier-ignore
import { completeFact } from '#libs/facts';
import type { NewestVersions, SnapshotSource } from '../snapshot/snapshot-source.js';

export const ORG = 'o1';
export const SCOPES = [PLATFORM, ORG] as const;
type Documents = ReadonlyMap<string, RulesetDocument>;

/** The database behind a replica, with every earlier state and every published delta. */
export class ModelDatabase {
  epoch = formatEpoch(1_000);
  /** True once commits were lost, until the new epoch begins. */
  hasLost = false;
  readonly deltas: string[] = [];
  readonly #now = new Map<Scope, Documents>(SCOPES.map((scope) => [scope, new Map()]));
  readonly #versions = new Map<Scope, number>(SCOPES.map((scope) => [scope, 0]));
  /** By `<scope> <epoch> <version>`. */
  readonly #history = new Map<string, RulesetSnapshot>();

  constructor() {
    this.#remember();
  }

  /** The first write after a loss begins a new epoch, as in flags. */
  write(scope: Scope, key: string, isGone: boolean): void {
    if (this.hasLost) this.renew();
    const version = this.#versions.get(scope)! + 1;
    const documents = new Map(this.#now.get(scope));
    const document = isGone ? null : ({ kind: 'segment', key, version } as unknown as RulesetDocument);
    if (document === null) documents.delete(key);
    else documents.set(key, document);
    this.#now.set(scope, documents);
    this.#versions.set(scope, version);
    this.#remember();
    const changes = [{ ref: `segment:${key}` as const, document }];
    const draft = RulesetChangedV1.of(systemOrigin(scope, 'c1'), { epoch: this.epoch, version, changes });
    this.deltas.push(
      JSON.stringify(completeFact(draft, { id: String(this.deltas.length), at: new Date(0), source: 'flags' })),
    );
  }

  /** A failover: the last commits of each scope are lost. */
  lose(commits: number): void {
    for (const scope of SCOPES) {
      const { version } = this.snapshot(scope);
      const earlier = this.at({ scope, epoch: this.epoch, version: Math.max(0, version - commits) });
      if (earlier === undefined) continue;
      this.#now.set(scope, byKey(earlier));
      this.#versions.set(scope, earlier.version);
      this.hasLost ||= earlier.version < version;
    }
  }

  renew(): void {
    this.epoch = formatEpoch(parseEpoch(this.epoch) + 1);
    this.hasLost = false;
    this.#remember();
  }

  snapshot(scope: Scope): RulesetSnapshot {
    const [version, documents] = [this.#versions.get(scope)!, [...this.#now.get(scope)!.values()]];
    return { scope, epoch: this.epoch, version, documents };
  }

  /** The state at a version of an epoch. */
  at({ scope, epoch, version }: ScopeVersion): RulesetSnapshot | undefined {
    return this.#history.get(`${scope} ${epoch} ${version}`);
  }

  /** One of the earlier states of a scope. */
  earlier(scope: Scope, pick: number): RulesetSnapshot {
    const all = [...this.#history.values()].filter((one) => one.scope === scope);
    return all[pick % all.length]!;
  }

  #remember(): void {
    for (const scope of SCOPES) {
      const snapshot = this.snapshot(scope);
      this.#history.set(`${scope} ${snapshot.epoch} ${snapshot.version}`, snapshot);
    }
  }
}

function byKey({ documents }: RulesetSnapshot): Documents {
  return new Map(documents.map((document) => [(document as { key: string }).key, document]));
}

interface Call {
  resolve(): void;
  reject(): void;
}

/**
 * Flags and Redis with faults: an answer is computed at the call and arrives when the test resolves it, or never; a snapshot may be
 * an old one. With `isHonest` it answers at once and correctly.
 */
export class ModelSource implements SnapshotSource {
  isHonest = false;
  readonly calls: Call[] = [];
  /** The earlier state that Redis returns next. */
  stale: number | undefined;

  constructor(private readonly database: ModelDatabase) {}

  fetch(scope: Scope): Promise<RulesetSnapshot> {
    const isStale = this.stale !== undefined && !this.isHonest;
    return this.#later(isStale ? this.database.earlier(scope, this.stale!) : this.database.snapshot(scope));
  }

  versions(scopes: readonly Scope[]): Promise<NewestVersions> {
    const isStale = this.stale !== undefined && !this.isHonest;
    const of = (scope: Scope) => (isStale ? this.database.earlier(scope, this.stale!) : this.database.snapshot(scope));
    const versions = scopes.map(of).map(({ scope, epoch, version }) => ({ scope, epoch, version }));
    return this.#later({ areFromDatabase: !isStale, versions });
  }

  report(held: readonly ScopeVersion[]): Promise<void> {
    const isAhead = ({ scope, epoch, version }: ScopeVersion): boolean =>
      epoch === this.database.epoch && version > this.database.snapshot(scope).version;
    if (held.some(isAhead)) this.database.renew();
    return this.#later(undefined);
  }

  #later<T>(answer: T): Promise<T> {
    if (this.isHonest) return Promise.resolve(answer);
    return new Promise((resolve, reject) => {
      this.calls.push({ resolve: () => resolve(answer), reject: () => reject(new Error('away')) });
    });
  }
}
