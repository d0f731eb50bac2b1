import type {
  Condition,
  FlagConfigDocument,
  FlagType,
  Prerequisite,
  Rule,
  RulesetDocument,
  Scope,
  Variant,
} from '../documents/index.js';
import { defineRpc, type Page, type PageOf } from './define-rpc.js';

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
  listConfigs: defineRpc<{ key: string }, { data: readonly FlagConfigView[] }>('flags.list_configs'),
  /** `environment` is a name or an id here and below. */
  getConfig: defineRpc<{ key: string; environment: string }, FlagConfigView>('flags.get_config'),
  updateConfig: defineRpc<
    { key: string; environment: string; patch: FlagConfigPatch } & IfVersion,
    Written<FlagConfigView>
  >('flags.update_config'),
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
} as const;

export type { Condition };
