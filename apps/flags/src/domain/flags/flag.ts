import type { FlagDraft, FlagMetadata, FlagPatch, FlagType, Prerequisite, Scope, Variant } from '#libs/contracts';
import { AppError, sameJson, refuseUnknownFields } from '#libs/kernel';
import { checkFlagKey, checkType } from '../keys.js';
import { describe, optionalBoolean, readDetails } from '../details.js';
import { checkDefaultVariant, defaultVariants, readVariants } from './variants.js';
import { readMetadata } from './metadata.js';
import { readPrerequisites } from './prerequisites.js';

export interface Flag {
  readonly id: string;
  readonly scope: Scope;
  readonly key: string;
  readonly name: string;
  readonly description?: string;
  readonly type: FlagType;
  readonly tags: readonly string[];
  readonly maintainerUserId?: string;
  readonly variants: readonly Variant[];
  readonly defaultVariant: string;
  readonly prerequisites: readonly Prerequisite[];
  readonly salt: string;
  readonly metadata: FlagMetadata;
  readonly exposureTracking: boolean;
  readonly permanent: boolean;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly archivedAt?: Date;
}

/** What the server gives a new object. */
export interface Birth {
  readonly id: string;
  readonly scope: Scope;
  readonly at: Date;
}

const PATCHABLE = [
  'name', 'description', 'tags', 'maintainer_user_id', 'variants', 'default_variant', 'prerequisites', 'salt',
  'metadata', 'exposure_tracking', 'permanent',
] as const; // prettier-ignore
const BOOLEAN_DEFAULT = 'off';

/** A flag as it is first written. @throws AppError with the codes of specification 03 */
export function newFlag(draft: FlagDraft, { id, scope, at }: Birth): Flag {
  refuseUnknownFields(draft, new Set<string>(['key', 'type', ...PATCHABLE]));
  checkFlagKey(draft.key);
  checkType(draft.type);
  const variants =
    draft.variants === undefined ? defaultVariants(draft.type) : readVariants(draft.variants, draft.type);
  const defaultVariant = draft.default_variant ?? (draft.type === 'boolean' ? BOOLEAN_DEFAULT : undefined);
  return {
    id,
    scope,
    key: draft.key,
    type: draft.type,
    ...readDetails({ ...draft, tags: draft.tags ?? [] }),
    variants,
    defaultVariant: checkDefaultVariant(defaultVariant, variants),
    prerequisites: readPrerequisites(draft.prerequisites ?? [], draft.key),
    salt: describe('salt', draft.salt ?? draft.key, 100),
    metadata: readMetadata(draft.metadata ?? {}),
    exposureTracking: optionalBoolean('exposure_tracking', draft.exposure_tracking) ?? true,
    permanent: optionalBoolean('permanent', draft.permanent) ?? false,
    version: 1,
    createdAt: at,
    updatedAt: at,
  };
}

/** The flag after an edit; the same object when nothing changes. */
export function editFlag(flag: Flag, patch: FlagPatch, at: Date): Flag {
  refuseUnknownFields(patch, new Set<string>(PATCHABLE));
  refuseArchived(flag);
  const { name, description, tags, maintainerUserId } = flag;
  const current = { name, description, tags, maintainer_user_id: maintainerUserId };
  const variants = patch.variants === undefined ? flag.variants : readVariants(patch.variants, flag.type);
  const after: Flag = {
    ...flag,
    ...readDetails({ ...current, ...patch }),
    variants,
    defaultVariant: checkDefaultVariant(patch.default_variant ?? flag.defaultVariant, variants),
    prerequisites:
      patch.prerequisites === undefined ? flag.prerequisites : readPrerequisites(patch.prerequisites, flag.key),
    salt: describe('salt', patch.salt ?? flag.salt, 100),
    metadata: patch.metadata === undefined ? flag.metadata : readMetadata(patch.metadata),
    exposureTracking: optionalBoolean('exposure_tracking', patch.exposure_tracking) ?? flag.exposureTracking,
    permanent: optionalBoolean('permanent', patch.permanent) ?? flag.permanent,
  };
  return sameJson(plain(flag), plain(after)) ? flag : next(after, at);
}

/** An archived flag is not evaluated and can be restored; its key stays taken. */
export function archiveFlag(flag: Flag, at: Date): Flag {
  return flag.archivedAt === undefined ? next({ ...flag, archivedAt: at }, at) : flag;
}

export function restoreFlag(flag: Flag, at: Date): Flag {
  return flag.archivedAt === undefined ? flag : next({ ...flag, archivedAt: undefined }, at);
}

export function refuseArchived(flag: Flag): void {
  if (flag.archivedAt === undefined) return;
  throw new AppError('archived', `The flag ${flag.key} is archived; restore it before you change it`);
}

/** Which parts of a flag differ, as `flag.updated` names them. */
export function changedParts(before: Flag, after: Flag): ('details' | 'variants' | 'prerequisites')[] {
  const {
    variants: oldVariants,
    defaultVariant: oldDefault,
    prerequisites: oldPrerequisites,
    ...oldRest
  } = plain(before);
  const { variants, defaultVariant, prerequisites, ...rest } = plain(after);
  const parts: ('details' | 'variants' | 'prerequisites')[] = [];
  if (!sameJson(oldRest, rest)) parts.push('details');
  if (!sameJson(oldVariants, variants) || oldDefault !== defaultVariant) parts.push('variants');
  if (!sameJson(oldPrerequisites, prerequisites)) parts.push('prerequisites');
  return parts;
}

function next(flag: Flag, at: Date): Flag {
  return { ...flag, version: flag.version + 1, updatedAt: at };
}

function plain({ version: _version, updatedAt: _updatedAt, ...flag }: Flag): Omit<Flag, 'version' | 'updatedAt'> {
  return flag;
}
