import type { FlagConfigDocument, FlagConfigPatch, Rule } from '#libs/contracts';
import { AppError, invalid, sameJson, refuseUnknownFields, type SeenVersions } from '#libs/kernel';
import type { Flag } from './flag.js';
import { optionalBoolean } from '../details.js';
import { sameSet } from '../same-set.js';
import { keepRuleIds } from '../targeting/keep-rule-ids.js';
import { readRules, servedVariants } from '../targeting/rules.js';
import { checkVariantExists } from './variants.js';

export type Targets = FlagConfigDocument['targets'];

/** The configuration of a flag in one environment. `environment` is an id; in platform flags a name or `*`. */
export interface FlagConfig {
  readonly flagId: string;
  readonly environment: string;
  readonly enabled: boolean;
  readonly rules: readonly Rule[];
  readonly targets: Targets;
  /** 0: never written. */
  readonly version: number;
  /** Steps of its schedules that began. Default: 0. */
  readonly step?: number;
  readonly updatedAt?: Date;
  readonly updatedBy?: string;
}

const MAX_TARGETS = 10_000;
const MAX_USER_ID = 200;

/** A config that was never written. */
export function absentConfig(flagId: string, environment: string): FlagConfig {
  return { flagId, environment, enabled: false, rules: [], targets: {}, version: 0 };
}

/** The config that a new flag gets: off, version 1. */
export function firstConfig(flagId: string, environment: string, by: string, at: Date): FlagConfig {
  return { ...absentConfig(flagId, environment), version: 1, updatedAt: at, updatedBy: by };
}

/** The config after an edit; the same object when nothing changes. Lists are replaced as a whole. */
export function editConfig(config: FlagConfig, flag: Flag, patch: FlagConfigPatch, edit: ConfigEdit): FlagConfig {
  refuseUnknownFields(patch, new Set<string>(['enabled', 'rules', 'targets', 'note']));
  const enabled = optionalBoolean('enabled', patch.enabled) ?? config.enabled;
  const rules = patch.rules === undefined ? config.rules : rulesAfter(config, flag, patch.rules, edit);
  const targets = patch.targets === undefined ? config.targets : readTargets(patch.targets, flag);
  const isSame = enabled === config.enabled && sameJson(rules, config.rules) && sameTargets(targets, config.targets);
  if (isSame && !isFirst(config, patch)) return config;
  return { ...config, enabled, rules, targets, version: config.version + 1, updatedAt: edit.at, updatedBy: edit.by };
}

function rulesAfter({ rules }: FlagConfig, { variants }: Flag, drafts: unknown, { nextId }: ConfigEdit) {
  return keepRuleIds(readRules(drafts, variants, nextId), drafts, rules);
}

/** Targets are sets: neither their order nor an empty list makes a difference. */
function sameTargets(some: Targets, others: Targets): boolean {
  const [mine, theirs] = [some, others].map((targets) => Object.entries(targets).filter(([, ids]) => ids.length > 0));
  const byVariant = new Map(theirs);
  return mine!.length === byVariant.size && mine!.every(([variant, ids]) => sameSet(ids, byVariant.get(variant) ?? []));
}

/** `enabled: false` counts as a change of a config that was never written: in a platform flag it overrides the config of `*`. */
function isFirst({ version }: FlagConfig, { enabled, rules, targets }: FlagConfigPatch): boolean {
  return version === 0 && (enabled ?? rules ?? targets) !== undefined;
}

export interface ConfigEdit {
  readonly by: string;
  readonly at: Date;
  nextId(): string;
}

/** The variants that the rules and the targets of this config serve. */
export function variantsInUse({ rules, targets }: FlagConfig): ReadonlySet<string> {
  const targeted = Object.keys(targets).filter((variant) => targets[variant]!.length > 0);
  return new Set([...rules.flatMap(servedVariants), ...targeted]);
}

/** @throws AppError `precondition_required` for a write into a protected environment without the version that was seen */
export function refuseBlindWrite(
  environment: { name: string; protected: boolean },
  ifVersion: SeenVersions | undefined,
): void {
  if (!environment.protected || ifVersion !== undefined) return;
  throw new AppError('precondition_required', `${environment.name} is protected: send the version you saw as If-Match`);
}

function readTargets(targets: unknown, flag: Flag): Targets {
  if (typeof targets !== 'object' || targets === null || Array.isArray(targets)) {
    throw invalid('invalid_type', 'targets', 'must be an object of lists of user ids by variant');
  }
  // Before any list is made of the names: there may be many unknown ones.
  for (const variant in targets) checkVariantExists(variant, flag.variants, `targets.${variant.slice(0, 100)}`);
  const entries = Object.entries(targets as Record<string, unknown>);
  const seen = new Set<string>();
  for (const [variant, ids] of entries) {
    for (const id of readUserIds(ids, `targets.${variant}`)) {
      if (seen.has(id)) throw invalid('duplicate_target', `targets.${variant}`, `${id} is there twice`);
      seen.add(id);
    }
  }
  if (seen.size > MAX_TARGETS) throw invalid('too_long', 'targets', `at most ${MAX_TARGETS} user ids`);
  return Object.fromEntries(entries) as Targets;
}

function readUserIds(ids: unknown, field: string): readonly string[] {
  if (!Array.isArray(ids)) throw invalid('invalid_type', field, 'must be a list of user ids');
  for (const id of ids as unknown[]) {
    if (typeof id !== 'string') throw invalid('invalid_type', field, 'user ids are strings');
    if (id === '' || id.length > MAX_USER_ID) {
      throw invalid('invalid_user_id', field, `a user id has 1 to ${MAX_USER_ID} characters`);
    }
  }
  return ids as string[];
}
