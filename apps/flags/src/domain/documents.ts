import type { Condition, EnvironmentDocument, FlagConfigDocument, FlagDocument, KillSwitchDocument, RulesetDocument, SegmentDocument, StrategyDocument } from '#libs/contracts'; // prettier-ignore
import { refOf } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import type { Environment } from './environment.js';
import type { Flag } from './flag.js';
import type { FlagConfig } from './flag-config.js';
import type { KillSwitch } from './kill-switch.js';
import type { Segment } from './segment.js';
import type { Strategy } from './strategy.js';

/** What a segment of listed people has for conditions: an empty tree would admit everyone. */
const NOBODY: Condition = { not: { all: [] } };
const MAX_DOCUMENT_BYTES = 512 * 1024;

export function flagDocument(flag: Flag, configs: readonly FlagConfig[]): FlagDocument {
  const { id, key, type, variants, defaultVariant, prerequisites, salt, exposureTracking, archivedAt, version } = flag;
  return {
    kind: 'flag',
    id,
    key,
    type,
    variants,
    default_variant: defaultVariant,
    prerequisites,
    salt,
    exposure_tracking: exposureTracking,
    archived: archivedAt !== undefined,
    version,
    configs: Object.fromEntries(configs.map((config) => [config.environment, configDocument(config)])),
  };
}

function configDocument({ enabled, targets, rules, version }: FlagConfig): FlagConfigDocument {
  return { enabled, targets, rules, version };
}

export function killSwitchDocument({ id, key, linkedFlagKeys, activation, version }: KillSwitch): KillSwitchDocument {
  const is_active = activation !== undefined;
  return { kind: 'kill_switch', id, key, linked_flag_keys: linkedFlagKeys, is_active, version };
}

export function environmentDocument({ id, name, version }: Environment): EnvironmentDocument {
  return { kind: 'environment', id, name, version };
}

export function strategyDocument({ id, name, body, version }: Strategy): StrategyDocument {
  return { kind: 'strategy', id, name, ...body, version };
}

export function segmentDocument({ id, key, included, excluded, conditions, version }: Segment): SegmentDocument {
  return { kind: 'segment', id, key, included, excluded, conditions: conditions ?? NOBODY, version };
}

/** @throws AppError `too_large` for a document that would weigh on every evaluator */
export function checkDocumentSize(document: RulesetDocument): void {
  if (document.kind !== 'flag') return;
  const bytes = Buffer.byteLength(JSON.stringify(document));
  if (bytes <= MAX_DOCUMENT_BYTES) return;
  throw new AppError('too_large', `${refOf(document)} would have ${bytes} bytes with all its configurations`, [
    { message: `at most ${MAX_DOCUMENT_BYTES} bytes`, bytes, max_bytes: MAX_DOCUMENT_BYTES },
  ]);
}
