import type { Condition, EnvironmentDocument, FlagConfigDocument, FlagDocument, KillSwitchDocument, RulesetDocument, SegmentDocument, StrategyDocument } from '#libs/contracts'; // prettier-ignore
import { refOf } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import type { Environment } from './environment.js';
import type { Flag } from './flags/flag.js';
import type { FlagConfig } from './flags/flag-config.js';
import type { KillSwitch } from './kill-switches/kill-switch.js';
import type { Segment } from './targeting/segment.js';
import type { Strategy } from './targeting/strategy.js';

/** The conditions of a segment that has none: never true, since an empty tree would be always true. */
const NEVER: Condition = { not: { all: [] } };
const MAX_DOCUMENT_BYTES = 512 * 1024;

export function flagDocument(flag: Flag, configs: readonly FlagConfig[]): FlagDocument {
  const { id, key, type, variants, defaultVariant, prerequisites, salt, exposureTracking, archivedAt, version } = flag;
  const hasMetadata = Object.keys(flag.metadata).length > 0;
  return {
    kind: 'flag',
    id,
    key,
    type,
    variants,
    default_variant: defaultVariant,
    prerequisites,
    salt,
    ...(hasMetadata ? { metadata: flag.metadata } : {}),
    exposure_tracking: exposureTracking,
    archived: archivedAt !== undefined,
    version,
    configs: Object.fromEntries(configs.map((config) => [config.environment, configDocument(config)])),
  };
}

function configDocument({ enabled, targets, rules, version, step }: FlagConfig): FlagConfigDocument {
  return { enabled, targets, rules, version, ...stepField(step) };
}

/** Documents without a step stay as earlier releases wrote them. */
function stepField(step = 0): { readonly step?: number } {
  return step === 0 ? {} : { step };
}

export function killSwitchDocument({ id, key, linkedFlagKeys, activation, version }: KillSwitch): KillSwitchDocument {
  const is_active = activation !== undefined;
  return { kind: 'kill_switch', id, key, linked_flag_keys: linkedFlagKeys, is_active, version };
}

export function environmentDocument({
  id,
  name,
  version,
}: Pick<Environment, 'id' | 'name' | 'version'>): EnvironmentDocument {
  return { kind: 'environment', id, name, version };
}

export function strategyDocument({ id, name, body, version, step }: Strategy): StrategyDocument {
  return { kind: 'strategy', id, name, ...body, version, ...stepField(step) };
}

export function segmentDocument({ id, key, included, excluded, conditions, version }: Segment): SegmentDocument {
  return { kind: 'segment', id, key, included, excluded, conditions: conditions ?? NEVER, version };
}

/** @throws AppError `too_large` for a flag with a document too large for evaluators to hold */
export function checkDocumentSize(document: RulesetDocument): void {
  if (document.kind !== 'flag') return;
  const bytes = Buffer.byteLength(JSON.stringify(document));
  if (bytes <= MAX_DOCUMENT_BYTES) return;
  throw new AppError('too_large', `${refOf(document)} would have ${bytes} bytes with all its configurations`, [
    { message: `at most ${MAX_DOCUMENT_BYTES} bytes`, bytes, max_bytes: MAX_DOCUMENT_BYTES },
  ]);
}
