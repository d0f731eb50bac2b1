import type { RulesetDocument, RulesetVersion, Scope, ScopeVersion } from '#libs/contracts';
import type { RulesetUpdate } from './replica/apply.js';

/** A scope that is held. Later changes show in the same object. */
export interface HeldRuleset extends ScopeVersion {
  readonly documents: ReadonlyMap<string, RulesetDocument>;
}
export type UpdateListener = (update: RulesetUpdate) => void;
export type EvictionListener = (scope: Scope) => void;

/** The rulesets that this process holds, as evaluation and streaming read them. */
export interface RulesetReader {
  /** Loads a scope unless it is held; callers at the same time share one load. @throws AppError `not_initialised` */
  require(scope: Scope): Promise<void>;
  /**
   * Whether the rulesets of an organization and of the platform reach a version. Waits up to `timeoutMs` for the changes, then
   * fetches what is behind. Never throws.
   */
  reach(orgId: Scope, want: RulesetVersion, timeoutMs: number): Promise<boolean>;
  /** The scope as it is held now; `undefined`: not loaded, or evicted. */
  get(scope: Scope): HeldRuleset | undefined;
  /** Unix ms at which the versions held were last confirmed to be the newest; 0 before the first time. */
  readonly confirmedAt: number;
  /** Calls the listener synchronously after each change of a scope that is held, in the order of its versions. */
  onUpdate(listener: UpdateListener): void;
  /** Marks a scope as used. Cheap: it runs for every request. */
  touch(scope: Scope): void;
  /** Protects scopes from eviction while the function returns true for them. */
  keepWhile(isInUse: (scope: Scope) => boolean): void;
  /** Calls the listener after a scope was evicted; `require` loads it again, at no earlier version. */
  onEvicted(listener: EvictionListener): void;
}
