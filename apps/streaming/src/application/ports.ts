import type { DocumentChange, RulesetDocument, Scope, ScopeVersion } from '#libs/contracts';
import type { Documents } from '../domain/flag-state.js';
import type { Frame } from './frames.js';

export interface ScopeUpdate extends ScopeVersion {
  readonly changes: readonly (DocumentChange & { readonly before: RulesetDocument | null })[];
}
export interface HeldScope extends ScopeVersion {
  readonly documents: Documents;
}

/** The rulesets this process holds. */
export abstract class Rulesets {
  /** Loads a scope unless it is held. @throws AppError `not_initialised` */
  abstract require(scope: Scope): Promise<void>;
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

/** Somebody who listens to a stream. */
export interface Reader {
  /** Writes a frame that many readers share; a reader whose backlog grows too large ends itself. */
  write(frame: Frame): void;
}
