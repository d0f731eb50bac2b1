import type { SeenVersions } from '#libs/kernel';
import type {
  FlagConfigDocument,
  FlagType,
  FlagMetadata,
  Prerequisite,
  Rule,
  RulesetDocument,
  Variant,
} from '../documents/documents.js';
import type { Scope } from '../scope.js';
import type { Actor } from '../origin.js';
import { defineRpc } from './define-rpc.js';
import type { Page, PageOf } from '../page.js';

export interface FlagView {
  readonly id: string;
  readonly org_id: string | null;
  readonly key: string;
  readonly name: string;
  readonly description: string | null;
  readonly type: FlagType;
  readonly tags: readonly string[];
  readonly maintainer_user_id: string | null;
  readonly variants: readonly Variant[];
  readonly default_variant: string;
  readonly prerequisites: readonly Prerequisite[];
  readonly salt: string;
  readonly metadata: FlagMetadata;
  readonly exposure_tracking: boolean;
  readonly permanent: boolean;
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
  readonly archived_at: string | null;
}
/** A flag in a list, with the state of its configurations. */
export interface FlagListItem extends FlagView {
  readonly configs: readonly { environment: string; enabled: boolean; rules: number; version: number }[];
}
export interface FlagConfigView {
  readonly flag_key: string;
  readonly environment: string;
  readonly enabled: boolean;
  readonly rules: readonly Rule[];
  readonly targets: FlagConfigDocument['targets'];
  readonly version: number;
  readonly updated_at: string | null;
  readonly updated_by: string | null;
}
export interface KillSwitchView {
  readonly id: string;
  readonly org_id: string | null;
  readonly key: string;
  readonly name: string;
  readonly description: string | null;
  readonly linked_flag_keys: readonly string[];
  readonly is_active: boolean;
  readonly activated_at: string | null;
  readonly activated_by: string | null;
  readonly activation_reason: string | null;
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
}
export interface FlagDraft {
  readonly key: string;
  readonly name: string;
  readonly type: FlagType;
  readonly description?: string | null;
  readonly tags?: readonly string[];
  readonly maintainer_user_id?: string | null;
  readonly variants?: readonly Variant[];
  readonly default_variant?: string;
  readonly prerequisites?: readonly Prerequisite[];
  readonly salt?: string;
  readonly metadata?: FlagMetadata;
  readonly exposure_tracking?: boolean;
  readonly permanent?: boolean;
}
/** A flag of a bulk command. With an item key it is created once; repeats return the existing flag. */
export type FlagItem = FlagDraft & { readonly idempotency_key?: string };
export type FlagPatch = Partial<Omit<FlagDraft, 'key' | 'type'>>;
/** A rule before it is stored: the server generates missing ids. */
type RuleDraft = Omit<Rule, 'id'> & { readonly id?: string };
export interface FlagConfigPatch {
  readonly enabled?: boolean;
  readonly rules?: readonly RuleDraft[];
  readonly targets?: FlagConfigDocument['targets'];
  readonly note?: string;
}
export interface KillSwitchDraft {
  readonly key: string;
  readonly name: string;
  readonly description?: string | null;
  readonly linked_flag_keys: readonly string[];
}
export type KillSwitchPatch = Partial<Omit<KillSwitchDraft, 'key'>>;

/** The answer to a write: the resource and the ruleset version (`<epoch>.<platform>.<org>`) that first contains it. */
export interface Written<T> {
  readonly resource: T;
  readonly ruleset_version: string;
}
export interface IfVersion {
  /** From `If-Match`; 412 `version_conflict` when the resource is at another version. */
  readonly if_version?: SeenVersions;
}
export interface ScopeVersion {
  readonly scope: Scope;
  readonly epoch: string;
  readonly version: number;
}
export interface FlagFilter {
  readonly search?: string;
  readonly tag?: string;
  readonly archived?: boolean;
  readonly platform?: boolean;
}
/** One operation of an RFC 6902 patch. */
export interface PatchOperation {
  readonly op: 'add' | 'remove' | 'replace' | 'move' | 'copy' | 'test';
  readonly path: string;
  readonly from?: string;
  readonly value?: unknown;
}
/** What led to a state of a flag: a person, an API key, a step of a schedule, a rollback. */
type ChangeCause = 'person' | 'key' | 'schedule' | 'rollback';

/** A state of one part of a flag: of the flag itself, or of its configuration in one environment. */
export interface FlagVersionView {
  /**
   * Counts the states of the flag and of its configurations together; the value of `to_version`. First states that an earlier
   * release did not record have the numbers 0, -1 and so on.
   */
  readonly version: number;
  /** The same as `version`, by its earlier name. */
  readonly seq: number;
  /** Environment name of the configuration; `null` for the flag itself. */
  readonly environment: string | null;
  /** The version of this part in that state, as in its `ETag`. A step of a schedule leaves it as it was. */
  readonly resource_version: number;
  /** The ruleset version of this scope that first contained it. */
  readonly ruleset_version: number;
  readonly author: Actor;
  readonly cause: ChangeCause;
  readonly note: string | null;
  readonly created_at: string;
  /**
   * Difference to the state before of the same part. The first state of a configuration is compared with one that was never
   * written; the first of the flag has `null`.
   */
  readonly diff: readonly PatchOperation[] | null;
}
/** The part that a rollback restored. `changed: false`: it was in that state already. */
export type RolledBack = (FlagView | FlagConfigView) & { readonly changed: boolean };
export interface FlagsCreated {
  /** In the order of the items. */
  readonly data: readonly FlagView[];
}
export interface FlagsArchived {
  /** In the order of the keys. */
  readonly data: readonly FlagView[];
}
/** Upper bound of items in one bulk command. */
export const MAX_BULK_ITEMS = 100;
/** Of a flag's configuration in one environment. */
export const MAX_RULES = 100;
/** Keeps the total of 100 variants within 32 bits. */
export const MAX_WEIGHT = 10_000_000;

export interface RulesetPage extends ScopeVersion {
  readonly documents: readonly RulesetDocument[];
  /** `after` of the next page; `null` after the last page. Start again when a page has another version than the first. */
  readonly next: string | null;
}

export const flagsRpc = {
  createFlag: defineRpc<FlagDraft, Written<FlagView>>('flags.create_flag'),
  listFlags: defineRpc<{ filter: FlagFilter; page: Page }, PageOf<FlagListItem>>('flags.list_flags'),
  getFlag: defineRpc<{ key: string }, FlagView>('flags.get_flag'),
  updateFlag: defineRpc<{ key: string; patch: FlagPatch } & IfVersion, Written<FlagView>>('flags.update_flag'),
  archiveFlag: defineRpc<{ key: string } & IfVersion, Written<FlagView>>('flags.archive_flag'),
  restoreFlag: defineRpc<{ key: string } & IfVersion, Written<FlagView>>('flags.restore_flag'),
  /**
   * Deletes permanently, with configurations and history. 409 `in_use` unless it is archived (details `{field: 'archived_at'}`),
   * or while a live flag has it as a prerequisite (details as in archiving).
   */
  deleteFlag: defineRpc<{ key: string } & IfVersion, Written<FlagView>>('flags.delete_flag'),
  /** All or none. Errors name the item: `items[3].key`. Without items the answer is empty. 400 `batch_too_large`. */
  createFlags: defineRpc<{ items: readonly FlagItem[] }, Written<FlagsCreated>>('flags.create_flags'),
  /** All or none, in any order: flags that require each other can be archived together. Errors name the flag: `keys[3]`. */
  archiveFlags: defineRpc<{ keys: readonly string[] }, Written<FlagsArchived>>('flags.archive_flags'),
  /** Ordered by `version`: `order: 'desc'` is newest first. A page may be shorter than its limit, so that it fits into one message. */
  listHistory: defineRpc<{ key: string; page: Page }, PageOf<FlagVersionView>>('flags.list_history'),
  /**
   * Restores the part that the history entry with the version `to_version` belongs to, as a new version, checked like any write.
   * Does not undo archiving. Returns that part, the flag or the configuration, and whether it changed. `if_version` is a version of that part; a protected
   * environment requires it. 404 `not_found` for an unknown entry.
   */
  rollbackFlag: defineRpc<{ key: string; to_version: number; note?: string } & IfVersion, Written<RolledBack>>(
    'flags.rollback',
  ),
  listConfigs: defineRpc<{ key: string }, { data: readonly FlagConfigView[] }>('flags.list_configs'),
  /** `environment` is a name or an id, here and below. */
  getConfig: defineRpc<{ key: string; environment: string }, FlagConfigView>('flags.get_config'),
  updateConfig: defineRpc<
    { key: string; environment: string; patch: FlagConfigPatch } & IfVersion,
    Written<FlagConfigView>
  >('flags.update_config'),
  /** Copies state, rules (with their ids) and targets from the environment `from`. `if_version` is a version of the configuration that is written. */
  copyConfig: defineRpc<
    { key: string; environment: string; from: string; note?: string } & IfVersion,
    Written<FlagConfigView>
  >('flags.copy_config'),
  createKillSwitch: defineRpc<KillSwitchDraft, Written<KillSwitchView>>('flags.create_kill_switch'),
  listKillSwitches: defineRpc<{ page: Page }, PageOf<KillSwitchView>>('flags.list_kill_switches'),
  getKillSwitch: defineRpc<{ key: string }, KillSwitchView>('flags.get_kill_switch'),
  /**
   * While it is active, the linked flags change only with `may_activate` (the caller has `killswitch:activate`, or is a super admin
   * on the platform; default: false) and a `reason`: 403 `forbidden`, 400 `reason_required`.
   */
  updateKillSwitch: defineRpc<
    { key: string; patch: KillSwitchPatch; reason?: string | null; may_activate?: boolean } & IfVersion,
    Written<KillSwitchView>
  >('flags.update_kill_switch'),
  /** 409 `kill_switch_active` while it is active. */
  deleteKillSwitch: defineRpc<{ key: string } & IfVersion, Written<KillSwitchView>>('flags.delete_kill_switch'),
  activateKillSwitch: defineRpc<{ key: string; reason: string } & IfVersion, Written<KillSwitchView>>(
    'flags.activate_kill_switch',
  ),
  /** `reason` is for the audit log. */
  deactivateKillSwitch: defineRpc<{ key: string; reason?: string | null } & IfVersion, Written<KillSwitchView>>(
    'flags.deactivate_kill_switch',
  ),
  /** For evaluators: the documents of one scope, in pages that fit into a message. Also makes the flags service check Redis. */
  getRuleset: defineRpc<{ scope: Scope; after?: string }, RulesetPage>('flags.get_ruleset'),
  /** For evaluators, every 2 s: the current versions of the scopes that they hold. */
  getVersions: defineRpc<{ scopes: readonly Scope[] }, { versions: readonly ScopeVersion[] }>('flags.get_versions'),
  /**
   * For an evaluator that holds newer versions than `get_versions` returns, because the database lost commits. Returns the epoch:
   * a new one, or the current one if the database has the versions after all.
   */
  reportVersions: defineRpc<{ held: readonly ScopeVersion[] }, { epoch: string }>('flags.report_versions'),
} as const;
