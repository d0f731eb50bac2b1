import {
  type FlagConfigView,
  type FlagView,
  type KillSwitchView,
  type Scope,
  type SegmentView,
  type StrategyView,
  PLATFORM,
} from '#libs/contracts';
import type { Flag } from '../domain/flags/flag.js';
import type { FlagConfig } from '../domain/flags/flag-config.js';
import type { KillSwitch } from '../domain/kill-switches/kill-switch.js';
import type { Segment } from '../domain/targeting/segment.js';
import type { Strategy } from '../domain/targeting/strategy.js';

export function flagView(flag: Flag): FlagView {
  return {
    id: flag.id,
    org_id: orgId(flag.scope),
    key: flag.key,
    name: flag.name,
    description: flag.description ?? null,
    type: flag.type,
    tags: flag.tags,
    maintainer_user_id: flag.maintainerUserId ?? null,
    variants: flag.variants,
    default_variant: flag.defaultVariant,
    prerequisites: flag.prerequisites,
    salt: flag.salt,
    metadata: flag.metadata,
    exposure_tracking: flag.exposureTracking,
    permanent: flag.permanent,
    version: flag.version,
    created_at: flag.createdAt.toISOString(),
    updated_at: flag.updatedAt.toISOString(),
    archived_at: flag.archivedAt?.toISOString() ?? null,
  };
}

/** `environment` is the name, not the id. */
export function configView(flagKey: string, environment: string, config: FlagConfig): FlagConfigView {
  return {
    flag_key: flagKey,
    environment,
    enabled: config.enabled,
    rules: config.rules,
    targets: config.targets,
    version: config.version,
    updated_at: config.updatedAt?.toISOString() ?? null,
    updated_by: config.updatedBy ?? null,
  };
}

export function killSwitchView(killSwitch: KillSwitch): KillSwitchView {
  const { activation } = killSwitch;
  return {
    id: killSwitch.id,
    org_id: orgId(killSwitch.scope),
    key: killSwitch.key,
    name: killSwitch.name,
    description: killSwitch.description ?? null,
    linked_flag_keys: killSwitch.linkedFlagKeys,
    is_active: activation !== undefined,
    activated_at: activation?.at.toISOString() ?? null,
    activated_by: activation?.by ?? null,
    activation_reason: activation?.reason ?? null,
    version: killSwitch.version,
    created_at: killSwitch.createdAt.toISOString(),
    updated_at: killSwitch.updatedAt.toISOString(),
  };
}

export function strategyView({
  id,
  scope,
  name,
  description,
  body,
  version,
  createdAt,
  updatedAt,
}: Strategy): StrategyView {
  return {
    id,
    org_id: orgId(scope),
    scope: ownerScope(scope),
    name,
    description: description ?? null,
    conditions: body.conditions,
    percentage: body.percentage ?? null,
    bucket_by: body.bucket_by ?? 'user_id',
    schedule: body.schedule ?? null,
    version,
    created_at: createdAt.toISOString(),
    updated_at: updatedAt.toISOString(),
  };
}

export function segmentView(segment: Segment): SegmentView {
  return {
    id: segment.id,
    org_id: orgId(segment.scope),
    scope: ownerScope(segment.scope),
    key: segment.key,
    name: segment.name,
    description: segment.description ?? null,
    included: segment.included,
    excluded: segment.excluded,
    conditions: segment.conditions ?? null,
    version: segment.version,
    created_at: segment.createdAt.toISOString(),
    updated_at: segment.updatedAt.toISOString(),
  };
}

function orgId(scope: Scope): string | null {
  return scope === PLATFORM ? null : scope;
}

function ownerScope(scope: Scope): 'organization' | 'platform' {
  return scope === PLATFORM ? 'platform' : 'organization';
}
