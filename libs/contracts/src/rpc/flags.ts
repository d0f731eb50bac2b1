import type { Condition } from '../documents/condition.js';
import type {
  FlagConfigDocument,
  FlagType,
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
  readonly exposure_tracking: boolean;
  readonly permanent: boolean;
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
  readonly archived_at: string | null;
}
/** A flag in a list carries the state of its configs. */
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
  readonly exposure_tracking?: boolean;
  readonly permanent?: boolean;
}
/** A flag of a bulk command. Under an idempotency key it is made once: later, the flag that is there is returned. */
export type FlagItem = FlagDraft & { readonly idempotency_key?: string };
export type FlagPatch = Partial<Omit<FlagDraft, 'key' | 'type'>>;
/** A rule as it is written: the server makes ids that are not sent. */
export type RuleDraft = Omit<Rule, 'id'> & { readonly id?: string };
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

/** The answer to a write: the resource and the ruleset version (`<epoch>.<platform>.<org>`) from which it is in force. */
export interface Written<T> {
  readonly resource: T;
  readonly ruleset_version: string;
}
export interface IfVersion {
  /** From `If-Match`; 412 `version_conflict` when the resource is at another version. */
  readonly if_version?: number;
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
/** What a change made of one part of a flag: of the flag itself, or of its configuration in one environment. */
export interface FlagVersionView {
  /** Counts the changes of the flag and of its configurations together: what `to_version` takes. */
  readonly seq: number;
  /** Name of the environment whose configuration it is; `null`: the flag itself. */
  readonly environment: string | null;
  /** The version that this part then had, as in its `ETag`. */
  readonly version: number;
  /** The ruleset's version of this scope from which it was in force. */
  readonly ruleset_version: number;
  readonly author: Actor;
  readonly note: string | null;
  readonly created_at: string;
  /** From the previous version of the same part to this one; the first differs from nothing at all: `null`. */
  readonly diff: readonly PatchOperation[] | null;
}
export interface FlagsCreated {
  /** In the order of the items. */
  readonly data: readonly FlagView[];
}
export interface FlagsArchived {
  /** In the order of the keys. */
  readonly data: readonly FlagView[];
}
/** Items of a bulk command. */
export const MAX_BULK_ITEMS = 100;

export interface RulesetPage extends ScopeVersion {
  readonly documents: readonly RulesetDocument[];
  /** Where to go on; `null` after the last page. Start again when a later page has another version. */
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
   * For good, with its configurations and history. 409 `in_use` while it is live (archive it first, details
   * `{field: 'archived_at'}`) or a live flag requires it (details as in archiving).
   */
  deleteFlag: defineRpc<{ key: string } & IfVersion, Written<FlagView>>('flags.delete_flag'),
  /** All or nothing; what is wrong with an item is told of it: `items[3].key`. No items: no data. 400 `batch_too_large`. */
  createFlags: defineRpc<{ items: readonly FlagItem[] }, Written<FlagsCreated>>('flags.create_flags'),
  /** All or nothing, in any order: flags that require each other's may go together. `keys[3]` in the details. */
  archiveFlags: defineRpc<{ keys: readonly string[] }, Written<FlagsArchived>>('flags.archive_flags'),
  /** By `seq`: `order: 'desc'` is newest first. A page may be shorter than its limit, so that it fits a message. */
  listHistory: defineRpc<{ key: string; page: Page }, PageOf<FlagVersionView>>('flags.list_history'),
  /**
   * Makes the part that `to_version` (a `seq`) tells of what it then was, as a new version, checked like any write;
   * archiving is not undone. Answers that part: the flag or the configuration, to whose version `if_version` belongs, which
   * a protected environment wants. 404 `not_found` for an unknown version.
   */
  rollbackFlag: defineRpc<
    { key: string; to_version: number; note?: string } & IfVersion,
    Written<FlagView | FlagConfigView>
  >('flags.rollback'),
  listConfigs: defineRpc<{ key: string }, { data: readonly FlagConfigView[] }>('flags.list_configs'),
  /** `environment` is a name or an id here and below. */
  getConfig: defineRpc<{ key: string; environment: string }, FlagConfigView>('flags.get_config'),
  updateConfig: defineRpc<
    { key: string; environment: string; patch: FlagConfigPatch } & IfVersion,
    Written<FlagConfigView>
  >('flags.update_config'),
  /** Takes over state, rules (with their ids) and targets of the environment `from`. `if_version` is of the one written. */
  copyConfig: defineRpc<
    { key: string; environment: string; from: string; note?: string } & IfVersion,
    Written<FlagConfigView>
  >('flags.copy_config'),
  createKillSwitch: defineRpc<KillSwitchDraft, Written<KillSwitchView>>('flags.create_kill_switch'),
  listKillSwitches: defineRpc<{ page: Page }, PageOf<KillSwitchView>>('flags.list_kill_switches'),
  getKillSwitch: defineRpc<{ key: string }, KillSwitchView>('flags.get_kill_switch'),
  updateKillSwitch: defineRpc<{ key: string; patch: KillSwitchPatch } & IfVersion, Written<KillSwitchView>>(
    'flags.update_kill_switch',
  ),
  deleteKillSwitch: defineRpc<{ key: string } & IfVersion, Written<KillSwitchView>>('flags.delete_kill_switch'),
  activateKillSwitch: defineRpc<{ key: string; reason: string } & IfVersion, Written<KillSwitchView>>(
    'flags.activate_kill_switch',
  ),
  deactivateKillSwitch: defineRpc<{ key: string } & IfVersion, Written<KillSwitchView>>('flags.deactivate_kill_switch'),
  /** For evaluators: the documents of one scope, in pages that fit a message. Answering makes flags write Redis again. */
  getRuleset: defineRpc<{ scope: Scope; after?: string }, RulesetPage>('flags.get_ruleset'),
  /** For evaluators, every 2 s: the versions of the scopes they hold. */
  getVersions: defineRpc<{ scopes: readonly Scope[] }, { versions: readonly ScopeVersion[] }>('flags.get_versions'),
  /**
   * From an evaluator that holds versions which `get_versions` does not reach: the database lost what it committed. Answers the
   * epoch, which is a new one unless the database has them after all.
   */
  reportVersions: defineRpc<{ held: readonly ScopeVersion[] }, { epoch: string }>('flags.report_versions'),
} as const;

export type { Condition };
