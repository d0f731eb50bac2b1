import type { RulesetPage, RulesetSnapshot, Scope, ScopeVersion } from '#libs/contracts';

/** The ruleset as evaluators read it. */
export interface Rulesets {
  /** All documents of one scope, at one version. */
  snapshot(scope: Scope): Promise<RulesetSnapshot>;
  page(scope: Scope, after: string | undefined): Promise<RulesetPage>;
  versions(scopes: readonly Scope[]): Promise<readonly ScopeVersion[]>;
  /** The scopes that were ever written, by name, those after `after`. */
  scopes(after: Scope | undefined, limit: number): Promise<readonly Scope[]>;
}

/** The copies of rulesets in Redis. Nothing here throws: Redis is a cache. */
export interface RulesetRefresh {
  /** Brings the copy of a scope up to date. */
  refresh(scope: Scope): Promise<void>;
  /** The versions in Redis. Scopes without a copy are left out; empty when Redis does not answer. */
  held(scopes: readonly Scope[]): Promise<readonly ScopeVersion[]>;
  /** Rises when Redis may have lost its copies. */
  readonly connections: number;
  /** Marks Redis as intact. Resolves to true when the mark was missing, because Redis was emptied; false also without an answer. */
  wasEmptied(): Promise<boolean>;
}
