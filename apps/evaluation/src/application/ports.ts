import type { DocumentChange, Scope, ScopeVersion } from '#libs/contracts';

export interface ScopeChange extends ScopeVersion {
  readonly changes: readonly DocumentChange[];
}

/** The documents of rulesets, as they arrive. */
export abstract class RulesetFeed {
  /** Loads a scope unless it is held. @throws AppError `not_initialised` when nobody can be asked */
  abstract require(scope: Scope): Promise<void>;
  /** Unix ms at which what is held was last known to be the newest. */
  abstract confirmedAt(): number;
  /** Calls the listener synchronously with every change of a scope that is held, the first load included. */
  abstract onChange(listener: (change: ScopeChange) => void): void;
}
