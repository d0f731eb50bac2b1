import type { DocumentChange, RulesetVersion, Scope, ScopeVersion } from '#libs/contracts';

export interface ScopeChange extends ScopeVersion {
  readonly changes: readonly DocumentChange[];
}

/** The documents of rulesets, as they arrive. */
export abstract class RulesetFeed {
  /** Loads a scope unless it is held. @throws AppError `not_initialised` when nobody can be asked */
  abstract require(scope: Scope): Promise<void>;
  /** Whether an organization and the platform, both held, reach a version: waits up to `timeoutMs`, then fetches what is behind. */
  abstract reach(orgId: string, want: RulesetVersion, timeoutMs: number): Promise<boolean>;
  /** Unix ms at which what is held was last known to be the newest. */
  abstract confirmedAt(): number;
  /** Calls the listener synchronously with every change of a scope that is held, the first load included. */
  abstract onChange(listener: (change: ScopeChange) => void): void;
  /** Says that a scope was used: on the path of every request. */
  abstract touch(scope: Scope): void;
  /** Calls the listener after an organization was let go; `require` loads it again, at no earlier version. */
  abstract onEvicted(listener: (scope: Scope) => void): void;
}
