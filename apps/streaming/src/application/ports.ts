import type { RulesetVersion, Scope, ScopeVersion } from '#libs/contracts';
import type { Change, Documents } from '../domain/documents.js';
import type { Frame } from './frames.js';

/** What a scope became, by one change or, after a gap, by several at once. */
export interface ScopeUpdate extends ScopeVersion {
  readonly changes: readonly Change[];
}
export interface HeldScope extends ScopeVersion {
  readonly documents: Documents;
}

/** The rulesets this process holds. */
export abstract class Rulesets {
  /** Loads a scope unless it is held. @throws AppError `not_initialised` */
  abstract require(scope: Scope): Promise<void>;
  /** Waits a moment for a version, then fetches what is behind. Never throws: a version that nobody has does not come. */
  abstract reach(orgId: Scope, want: RulesetVersion): Promise<void>;
  /** A scope that is held; an empty one otherwise. */
  abstract get(scope: Scope): HeldScope;
  abstract confirmedAt(): number;
  /** Calls the listener synchronously after each change. */
  abstract onUpdate(listener: (update: ScopeUpdate) => void): void;
  /** Keeps the scopes of which this is said; others may be let go. */
  abstract keepWhile(isInUse: (scope: Scope) => boolean): void;
  /** Calls the listener after a scope was let go; `require` loads it again. */
  abstract onEvicted(listener: (scope: Scope) => void): void;
}

/** One change of a scope. */
export interface JournalEntry {
  readonly epoch: string;
  readonly version: number;
  readonly changes: readonly Change[];
}

/** The last changes of each scope, kept where every process finds them. */
export abstract class DeltaArchive {
  /**
   * The changes up to the one that made `to`, without a hole, oldest first: as far back as they are there, at most to `from`.
   * @throws when it cannot be asked
   */
  abstract read(scope: Scope, epoch: string, from: number, to: number): Promise<readonly JournalEntry[]>;
}

/** Somebody who listens to a stream. */
export interface Reader {
  /** Writes a frame that many readers share; a reader whose backlog grows too large ends itself. */
  write(frame: Frame): void;
}
