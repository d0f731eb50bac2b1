import type { DocumentKind, DocumentRef, FactDraft, Fact, FlagDraft, FlagFilter, FlagListItem, KillSwitchView, Origin, Page, PageOf, RulesetDocument, FlagVersionView, RulesetPage, RulesetSnapshot, Scope, ScopeVersion, SegmentView, StrategyView, Written } from '#libs/contracts'; // prettier-ignore
import type { Environment } from '../domain/environment.js';
import type { Flag } from '../domain/flag.js';
import type { FlagConfig } from '../domain/flag-config.js';
import type { FlagVersion } from '../domain/history.js';
import type { KillSwitch } from '../domain/kill-switch.js';
import type { PrerequisiteGraph, VariantsInReach } from '../domain/prerequisites.js';
import type { ScheduledStep } from '../domain/scheduled-steps.js';
import type { Segment } from '../domain/segment.js';
import type { Strategy } from '../domain/strategy.js';

/** The flags of one scope, archived ones included unless said. */
export interface Flags {
  find(key: string): Promise<Flag | undefined>;
  insert(flag: Flag): Promise<void>;
  /** Expects the stored one to be a version behind. */
  save(flag: Flag): Promise<void>;
  /** With its configs and its history. */
  remove(flag: Flag): Promise<void>;
  /** Of these keys, the live flags in reach: a live platform flag hides the organization's. */
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
  /** Inserts version 1, else expects the stored one to be a version behind. */
  save(configs: readonly FlagConfig[]): Promise<void>;
  /** What the rules of live environments name. */
  usingStrategy(strategyId: string): Promise<readonly ConfigUse[]>;
  usingSegment(key: string): Promise<readonly ConfigUse[]>;
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

export interface KillSwitches {
  find(key: string): Promise<KillSwitch | undefined>;
  insert(killSwitch: KillSwitch): Promise<void>;
  save(killSwitch: KillSwitch): Promise<void>;
  remove(killSwitch: KillSwitch, at: Date): Promise<void>;
}

export interface Strategies {
  find(id: string): Promise<Strategy | undefined>;
  insert(strategy: Strategy): Promise<void>;
  save(strategy: Strategy): Promise<void>;
  remove(strategy: Strategy, at: Date): Promise<void>;
  /** Those of these ids that are there, the platform's included. */
  inReach(ids: readonly string[]): Promise<ReadonlySet<string>>;
  usingSegment(key: string): Promise<readonly string[]>;
}

export interface Segments {
  find(key: string): Promise<Segment | undefined>;
  insert(segment: Segment): Promise<void>;
  save(segment: Segment): Promise<void>;
  remove(segment: Segment, at: Date): Promise<void>;
  /** Those of these keys that are there, the platform's included. */
  inReach(keys: readonly string[]): Promise<ReadonlySet<string>>;
  /** The segments that use this one. The platform sees those of every organization. */
  using(key: string): Promise<readonly string[]>;
  /** Which segments each segment uses. */
  graph(): Promise<ReadonlyMap<string, readonly string[]>>;
}

/** What can be read of a scope. */
export interface Stores {
  readonly flags: Flags;
  readonly configs: Configs;
  readonly environments: Environments;
  readonly killSwitches: KillSwitches;
  readonly strategies: Strategies;
  readonly segments: Segments;
}

/** One audit entry (specification 08); who and whence come from the origin. */
export interface AuditDraft {
  readonly event: string;
  readonly action: string;
  readonly resourceType: string;
  readonly resourceId: string;
  readonly resourceKey?: string;
  readonly environment?: string;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly reason?: string;
  readonly note?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** A line of a flag's history: what it, or its config in one environment, became. */
export interface HistoryEntry {
  readonly flagId: string;
  readonly environment?: string;
  readonly version: number;
  readonly snapshot: unknown;
  readonly note?: string;
}

/** An item of a bulk command that was carried out under this idempotency key. */
export interface MadeItem {
  readonly itemKey: string;
  readonly draft: unknown;
}
/** The idempotency keys of the caller's items. */
export interface ItemKeys {
  /** Those of these keys under which a flag was made that is still there. */
  made(keys: readonly string[]): Promise<readonly MadeItem[]>;
  remember(key: string, draft: FlagDraft, flag: Flag): Promise<void>;
}

/** What is in reach while a ruleset is changed. The scope is locked: what is read stays true to the end. */
export interface Change extends Stores {
  readonly scope: Scope;
  readonly now: Date;
  readonly itemKeys: ItemKeys;
  readonly ruleset: { put(document: RulesetDocument): void; remove(ref: DocumentRef): void };
  readonly facts: { add(fact: (version: number) => FactDraft): void };
  readonly history: {
    add(entry: HistoryEntry): void;
    find(flagId: string, seq: number): Promise<FlagVersion | undefined>;
  };
  /** The steps of a document's schedules that have begun. They are taken for good if the change leaves something behind. */
  takeSteps(ref: DocumentRef): Promise<readonly ScheduledStep[]>;
  audit(entry: AuditDraft): void;
}

export interface ChangeOptions {
  /** The work reads platform objects, which must not change meanwhile. */
  readonly refersToPlatform?: boolean;
}

/**
 * The one way to change a ruleset. One transaction = one bump = one delta: it locks the scope, runs the work and queues
 * `ruleset.changed` first, then the other facts with the same version, then the audit entry. A work that puts and removes
 * nothing leaves nothing behind.
 */
export abstract class UnitOfWork {
  abstract change<T>(origin: Origin, work: (tx: Change) => Promise<T>, options?: ChangeOptions): Promise<Written<T>>;
  /** The same for a fact from elsewhere, in the transaction that remembers the fact: a second delivery does nothing. */
  abstract changeOnce(fact: Fact, origin: Origin, work: (tx: Change) => Promise<void>): Promise<void>;
  /** One snapshot of a scope, nothing locked. */
  abstract read<T>(scope: Scope, work: (stores: Stores) => Promise<T>): Promise<T>;
}

/** A flag or strategy with a step that has begun. */
export interface DueDocument {
  readonly scope: Scope;
  readonly ref: DocumentRef;
  readonly kind: DocumentKind;
  readonly name: string;
}
/** The steps of schedules, of all scopes. */
export abstract class Schedules {
  /** Those who wait longest first. */
  abstract due(at: Date): Promise<readonly DueDocument[]>;
  abstract forget(document: DueDocument, until: Date): Promise<void>;
}

/** What is kept for a while after it was deleted. */
export abstract class Remains {
  abstract purge(deletedBefore: Date): Promise<void>;
}

/** Lists, one query each. */
export abstract class Lists {
  abstract flags(scope: Scope, filter: FlagFilter, page: Page): Promise<PageOf<FlagListItem>>;
  abstract killSwitches(scope: Scope, page: Page): Promise<PageOf<KillSwitchView>>;
  abstract strategies(scope: Scope, page: Page): Promise<PageOf<StrategyView>>;
  abstract segments(scope: Scope, page: Page): Promise<PageOf<SegmentView>>;
}

/** The versions of a flag and of its configs. */
export abstract class History {
  abstract page(scope: Scope, flagId: string, page: Page): Promise<PageOf<FlagVersionView>>;
}

/** The ruleset as evaluators read it. */
export abstract class Rulesets {
  /** The whole of one scope, at one version. */
  abstract snapshot(scope: Scope): Promise<RulesetSnapshot>;
  abstract page(scope: Scope, after: string | undefined): Promise<RulesetPage>;
  abstract versions(scopes: readonly Scope[]): Promise<readonly ScopeVersion[]>;
  /** The scopes that were ever written, by name, those after `after`. */
  abstract scopes(after: Scope | undefined, limit: number): Promise<readonly Scope[]>;
}

/** Makes Redis hold a scope's ruleset. Never throws: Redis is a cache. */
export abstract class RulesetRefresh {
  abstract refresh(scope: Scope): Promise<void>;
  /** What Redis holds of these; nothing of those that it has not, and of none when it does not answer. */
  abstract held(scopes: readonly Scope[]): Promise<readonly ScopeVersion[]>;
  /** Rises when Redis may have lost what it had. */
  abstract readonly connections: number;
}

/** Why an epoch began: by hand; the server is another one, or the tables are; or somebody held what the database lacks. */
export type EpochReason = 'restored' | 'database_moved' | 'commits_lost';
export interface NewEpoch {
  readonly reason: EpochReason;
  readonly previous: string;
  readonly epoch: string;
  /** What was held elsewhere and is not in the database. */
  readonly lost: readonly ScopeVersion[];
}

/**
 * The lifetimes of the database. A new one begins once, whoever of several finds it due first; no write is at work while it does,
 * so that no version of one lifetime is ever published in another. All answer the epoch that is in force afterwards.
 */
export abstract class Lifetime {
  /** Begins a new epoch if this is another database than the one that the epoch began in: restored, promoted, moved. */
  abstract renewIfMoved(): Promise<string>;
  /** Begins a new epoch if the database does not reach what is held elsewhere. */
  abstract renewIfBehind(held: readonly ScopeVersion[]): Promise<string>;
  abstract renew(): Promise<string>;
}

/** Hears that an epoch began. */
export abstract class EpochAlarm {
  abstract raise(begun: NewEpoch): void;
}

/** Whose environments are asked for when flags does not know them yet. */
export abstract class Accounts {
  /** `environment` is a name or an id. @throws AppError `not_found`, `bus_unavailable` */
  abstract getEnvironment(environment: string, origin: Origin): Promise<Environment>;
  abstract listEnvironments(origin: Origin): Promise<readonly Environment[]>;
}
