import { FlagUpdatedV1, PLATFORM, type AuditDraft, type FlagPatch, type FlagView, type Origin } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import { changedParts, editFlag, type Flag } from '../../../domain/flags/flag.js';
import { variantsInUse } from '../../../domain/flags/flag-config.js';
import type { Change, HistoryEntry } from '../../ports/unit-of-work.js';
import { flagView } from '../../views.js';
import { checkPrerequisites } from './check-prerequisites.js';
import { recordFlag } from './record-flag.js';

export interface FlagWrite {
  readonly before: Flag;
  readonly patch: FlagPatch;
  readonly note?: string;
  /** Default: event `FlagUpdated`, action `update`. */
  readonly as?: Pick<AuditDraft, 'event' | 'action' | 'metadata'>;
  readonly cause?: HistoryEntry['cause'];
}

const UPDATED = { event: 'FlagUpdated', action: 'update' } as const;

/** Edits a flag: all checks, the delta, the fact, the history and the audit entry. */
export async function writeFlag(tx: Change, write: FlagWrite, origin: Origin): Promise<FlagView> {
  const { before, patch } = write;
  const after = editFlag(before, patch, tx.now);
  if (after === before) return flagView(before);
  if (patch.prerequisites !== undefined) await checkPrerequisites(tx.flags, after);
  await refuseVariantsInUse(tx, before, after);
  await tx.flags.save(after);
  await record(tx, write, after, origin);
  return flagView(after);
}

async function refuseVariantsInUse(tx: Change, before: Flag, after: Flag): Promise<void> {
  const kept = new Set(after.variants.map(({ name }) => name));
  const removed = before.variants.map(({ name }) => name).filter((name) => !kept.has(name));
  if (removed.length === 0) return;
  const configs = await tx.configs.ofFlag(before.id);
  const names = new Map((await tx.environments.list()).map(({ id, name }) => [id, name]));
  const inForce = tx.scope === PLATFORM ? configs : configs.filter(({ environment }) => names.has(environment));
  const dependents = await tx.flags.dependents(before.key);
  for (const name of removed) {
    const environments = inForce
      .filter((config) => variantsInUse(config).has(name))
      .map((c) => names.get(c.environment) ?? c.environment);
    const flags = dependents.filter(({ requiredVariant }) => requiredVariant === name).map((flag) => flag.key);
    if (environments.length + flags.length > 0) throw inUse(name, environments, flags);
  }
}

function inUse(variant: string, environments: readonly string[], flags: readonly string[]): AppError {
  const message = `The variant ${variant} is in use; remove it from the configurations and prerequisites that name it first`;
  return new AppError('variant_in_use', message, [
    ...environments.map((environment) => ({ field: 'variants', message: 'a configuration names it', environment })),
    ...flags.map((flag_key) => ({ field: 'variants', message: 'a flag requires it', flag_key })),
  ]);
}

async function record(tx: Change, { before, note, cause, as = UPDATED }: FlagWrite, flag: Flag, origin: Origin) {
  const changed = changedParts(before, flag);
  await recordFlag(tx, {
    flag,
    fact: (version) => FlagUpdatedV1.of(origin, { flag_key: flag.key, version, changed, environments: [] }),
    note,
    cause,
  });
  tx.audit({
    ...as,
    resourceType: 'flag',
    resourceId: flag.id,
    resourceKey: flag.key,
    before: flagView(before),
    after: flagView(flag),
    note,
  });
}
