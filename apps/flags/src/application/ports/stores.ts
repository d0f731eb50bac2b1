import type { Rule, Scope } from '#libs/contracts';
import type { Environment } from '../../domain/environment.js';
import type { Flag } from '../../domain/flags/flag.js';
import type { FlagConfig } from '../../domain/flags/flag-config.js';
import type { PrerequisiteGraph, VariantsInReach } from '../../domain/flags/prerequisites.js';
import type { KillSwitch } from '../../domain/kill-switches/kill-switch.js';
import type { ReusableConditions } from '../../domain/targeting/pattern-budget.js';
import type { Segment } from '../../domain/targeting/segment.js';
import type { Strategy } from '../../domain/targeting/strategy.js';

/** The flags of one scope, archived ones included. */
export interface Flags {
  find(key: string): Promise<Flag | undefined>;
  count(): Promise<number>;
  /** @throws AppError `already_exists` (at the end of the transaction at the latest) */
  insert(flag: Flag): Promise<void>;
  /** @throws AppError `version_conflict` when the stored flag is not exactly one version behind */
  save(flag: Flag): Promise<void>;
  /** Removes the flag with its configs and its history. */
  remove(flag: Flag): Promise<void>;
  /** The live flags in reach among these keys. A live platform flag hides the organization's flag of the same key. */
  variantsInReach(keys: readonly string[]): Promise<VariantsInReach>;
  prerequisiteGraph(): Promise<PrerequisiteGraph>;
  /** The live flags that require this one. The platform sees those of every organization. */
  dependents(key: string): Promise<readonly Dependent[]>;
}
export interface Dependent {
  readonly scope: Scope;
  readonly key: string;
  readonly requiredVariant: string;
}

export interface Configs {
  ofFlag(flagId: string): Promise<readonly FlagConfig[]>;
  /**
   * Inserts configs that are not stored yet and replaces the others.
   * @throws AppError `version_conflict` when a stored config is not exactly one version behind
   */
  save(configs: readonly FlagConfig[]): Promise<void>;
  /** Writes the steps of these configs, and nothing else of them. */
  saveSteps(configs: readonly FlagConfig[]): Promise<void>;
  /** Flags with a config in this environment, by id. */
  flagsIn(environment: string, limit: number): Promise<readonly ConfiguredFlag[]>;
  /** Removes the configs of these flags in this environment. */
  remove(environment: string, flagIds: readonly string[]): Promise<void>;
  /**
   * Configs of live flags in live environments with a rule that names the strategy, at most 100. The platform sees those of every
   * organization.
   */
  usingStrategy(strategyId: string): Promise<readonly ConfigUse[]>;
  /** The same for a segment in the conditions of a rule. */
  usingSegment(key: string): Promise<readonly ConfigUse[]>;
}
/** A flag with a config in an environment. */
export interface ConfiguredFlag {
  readonly id: string;
  readonly key: string;
}
export interface ConfigUse {
  readonly flagKey: string;
  readonly environment: string;
}

export interface Environments {
  /** Live ones, by position and name. */
  list(): Promise<readonly Environment[]>;
  /** Deleted ones too. */
  findById(id: string): Promise<Environment | undefined>;
  save(environment: Environment): Promise<void>;
}

/** Objects of one scope that are deleted softly: a deleted one is never found again, and its key is free. */
interface SoftDeletedStore<T> {
  find(keyOrId: string): Promise<T | undefined>;
  insert(object: T): Promise<void>;
  /** @throws AppError `version_conflict` when the stored object is not exactly one version behind */
  save(object: T): Promise<void>;
  /** @throws AppError `version_conflict` when it was deleted meanwhile */
  remove(object: T, at: Date): Promise<void>;
}

/** Objects that organizations may use of the platform's too. */
interface SharedStore<T> extends SoftDeletedStore<T> {
  /** The own one, else the platform's. */
  findInReach(keyOrId: string): Promise<T | undefined>;
}

/** Found by key. */
export type KillSwitches = SoftDeletedStore<KillSwitch>;

/** Found by id. */
export interface Strategies extends SharedStore<Strategy> {
  /** Writes the step of a strategy, and nothing else of it. */
  saveStep(strategy: Strategy): Promise<void>;
  /** Those of these ids that exist, in this scope or in the platform's. */
  inReach(ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** The ids of strategies that use the segment, at most 100. The platform sees those of every organization. */
  usingSegment(key: string): Promise<readonly string[]>;
}

/** Found by key. */
export interface Segments extends SharedStore<Segment> {
  /** Those of these keys that exist, in this scope or in the platform's. */
  inReach(keys: readonly string[]): Promise<ReadonlySet<string>>;
  /** The keys of segments that use this one, at most 100. The platform sees those of every organization. */
  using(key: string): Promise<readonly string[]>;
  count(): Promise<number>;
  /** Which segments each segment uses. */
  graph(): Promise<ReadonlyMap<string, readonly string[]>>;
}

/** What the conditions of live flags consist of. The platform sees those of every organization. */
export interface Targeting {
  /** Strategies and segments in reach whose conditions contain a pattern or name a segment. */
  reusable(): Promise<readonly ReusableConditions[]>;
  /** Live flags with a rule that names a strategy or segment, once for each live environment. */
  flagsWithReferences(): Promise<readonly ReferringFlag[]>;
}
export interface ReferringFlag {
  readonly scope: Scope;
  readonly key: string;
  readonly rules: readonly Rule[];
}

/** What can be read of a scope. */
export interface Stores {
  readonly flags: Flags;
  readonly configs: Configs;
  readonly environments: Environments;
  readonly killSwitches: KillSwitches;
  readonly strategies: Strategies;
  readonly segments: Segments;
  readonly targeting: Targeting;
}
