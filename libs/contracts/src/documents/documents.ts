import type { Scope } from '../scope.js';
import type { Json } from '#libs/kernel';
import type { Condition, Schedule } from './condition.js';

export const FLAG_TYPES = ['boolean', 'string', 'number', 'json'] as const;
export type FlagType = (typeof FLAG_TYPES)[number];

export interface Variant {
  readonly name: string;
  readonly value: Json;
  readonly weight: number;
}
export interface Prerequisite {
  readonly flag_key: string;
  readonly required_variant: string;
}
export type Serve = { readonly variant: string } | { readonly split: readonly { variant: string; weight: number }[] };

/** The common part of a strategy and an inline rule: which contexts match. `percentage: null` means 100. */
export interface RuleBody {
  readonly conditions: Condition;
  readonly percentage?: number | null;
  readonly bucket_by?: string;
  readonly schedule?: Schedule | null;
}
/** Has either `strategy_id` or the fields of `RuleBody`. */
export interface Rule extends Partial<RuleBody> {
  readonly id: string;
  readonly name?: string;
  readonly strategy_id?: string;
  readonly serve?: Serve;
}
export interface FlagConfigDocument {
  readonly enabled: boolean;
  readonly targets: { readonly [variant: string]: readonly string[] };
  readonly rules: readonly Rule[];
  readonly version: number;
  /** Steps of schedules that began, counted by the flags service: rises with each, while the version stays. Absent: none. */
  readonly step?: number;
}

/** OpenFeature's metadata of a flag: what its owners want clients to know beside the value. */
export interface FlagMetadata {
  readonly [name: string]: string | number | boolean;
}

/**
 * A ruleset consists of documents, which contain everything that evaluation needs. There is one ruleset per scope.
 * `configs` are keyed by environment id; in platform flags by environment name, with `*` as the fallback.
 */
export interface FlagDocument {
  readonly kind: 'flag';
  readonly id: string;
  readonly key: string;
  readonly type: FlagType;
  readonly variants: readonly Variant[];
  readonly default_variant: string;
  readonly prerequisites: readonly Prerequisite[];
  readonly salt: string;
  /** Absent: none. */
  readonly metadata?: FlagMetadata;
  readonly exposure_tracking: boolean;
  readonly archived: boolean;
  readonly version: number;
  readonly configs: { readonly [environment: string]: FlagConfigDocument };
}
export interface StrategyDocument extends RuleBody {
  readonly kind: 'strategy';
  readonly id: string;
  readonly name: string;
  readonly version: number;
  /** As in a config. */
  readonly step?: number;
}
export interface SegmentDocument {
  readonly kind: 'segment';
  readonly id: string;
  readonly key: string;
  readonly included: readonly string[];
  readonly excluded: readonly string[];
  readonly conditions: Condition;
  readonly version: number;
}
export interface KillSwitchDocument {
  readonly kind: 'kill_switch';
  readonly id: string;
  readonly key: string;
  readonly linked_flag_keys: readonly string[];
  readonly is_active: boolean;
  readonly version: number;
}
export interface EnvironmentDocument {
  readonly kind: 'environment';
  readonly id: string;
  readonly name: string;
  readonly version: number;
}
export type RulesetDocument =
  FlagDocument | StrategyDocument | SegmentDocument | KillSwitchDocument | EnvironmentDocument;
export type DocumentKind = RulesetDocument['kind'];

/** Identifies a document in its scope: `flag:checkout.new_flow`, `strategy:<id>`. Flags, segments and kill switches are identified by key. */
export type DocumentRef = `${DocumentKind}:${string}`;

export function refOf(document: RulesetDocument): DocumentRef {
  return `${document.kind}:${'key' in document ? document.key : document.id}`;
}

/** A changed document; `null` when it was deleted. */
export interface DocumentChange {
  readonly ref: DocumentRef;
  readonly document: RulesetDocument | null;
}

/** The complete ruleset of one scope at one version. */
export interface RulesetSnapshot {
  readonly scope: Scope;
  readonly epoch: string;
  readonly version: number;
  readonly documents: readonly RulesetDocument[];
}
