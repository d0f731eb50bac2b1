import type { FlagConfigPatch, FlagConfigView, FlagPatch, FlagView } from '#libs/contracts';
import { invalid } from '#libs/kernel';

/** An earlier state of one part of a flag: the flag itself, or its configuration in the environment of this id. */
export type FlagVersion = { readonly environment?: undefined; readonly snapshot: FlagView } | ConfigVersion;
export interface ConfigVersion {
  readonly environment: string;
  readonly snapshot: FlagConfigView;
}

/** The edit that restores an earlier state of a flag, except whether it was archived: `RestoreFlag` does that. */
export function patchToFlag(snapshot: FlagView): FlagPatch {
  const { name, description, tags, maintainer_user_id, variants, default_variant, prerequisites } = snapshot;
  // Versions from before flags had metadata lack the field.
  const { salt, exposure_tracking, permanent, metadata = {} } = snapshot as Partial<FlagView>;
  const details = { name, description, tags, maintainer_user_id, salt, exposure_tracking, permanent, metadata };
  return { ...details, variants, default_variant, prerequisites };
}

/** The edit that restores an earlier state of a configuration. */
export function patchToConfig({ enabled, rules, targets }: FlagConfigView, note: string | undefined): FlagConfigPatch {
  return { enabled, rules, targets, note };
}

/** A snapshot without the fields that every change raises, for diffs. */
export function content(snapshot: FlagView | FlagConfigView): object {
  const { version: _version, updated_at: _updatedAt, ...rest } = snapshot;
  if (!('updated_by' in rest)) return rest;
  const { updated_by: _updatedBy, ...config } = rest;
  return config;
}

/** @throws AppError `invalid_type` */
export function checkSeq(seq: unknown): asserts seq is number {
  if (Number.isInteger(seq) && Math.abs(seq as number) <= MAX_SEQ) return;
  throw invalid('invalid_type', 'to_version', 'must be a whole number');
}
const MAX_SEQ = 2 ** 31 - 1;
