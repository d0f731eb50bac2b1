import { FlagCreatedV1, PLATFORM, type Origin } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import { flagDocument } from '../domain/documents.js';
import type { Flag } from '../domain/flag.js';
import { firstConfig, type FlagConfig } from '../domain/flag-config.js';
import { ANY_ENVIRONMENT, invalid } from '../domain/keys.js';
import type { Change } from './ports.js';
import { flagView } from './views.js';

/** @throws AppError `already_exists` */
export async function refuseTakenKey({ flags }: Change, key: string): Promise<void> {
  const taken = await flags.find(key);
  if (taken === undefined) return;
  const hint = taken.archivedAt === undefined ? '' : '; it is archived';
  const { details } = invalid('already_exists', 'key', 'is taken');
  throw new AppError('already_exists', `There is a flag ${key} already${hint}`, details);
}

/** Writes a new flag, off everywhere, with everything that follows from it but the audit entry. */
export async function insertFlag(tx: Change, flag: Flag, origin: Origin): Promise<void> {
  await tx.flags.insert(flag);
  const configs = await writeFirstConfigs(tx, flag, origin);
  const { key, type, name } = flag;
  tx.ruleset.put(flagDocument(flag, configs));
  tx.facts.add((version) => FlagCreatedV1.of(origin, { flag_key: key, version, type, name }));
  tx.history.add({ flagId: flag.id, version: flag.version, snapshot: flagView(flag) });
}

async function writeFirstConfigs(tx: Change, flag: Flag, origin: Origin): Promise<readonly FlagConfig[]> {
  const environments = tx.scope === PLATFORM ? [ANY_ENVIRONMENT] : (await tx.environments.list()).map(({ id }) => id);
  const configs = environments.map((environment) => firstConfig(flag.id, environment, origin.actor.id, tx.now));
  await tx.configs.save(configs);
  return configs;
}
