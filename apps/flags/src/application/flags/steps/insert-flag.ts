import { FlagCreatedV1, PLATFORM, type Origin } from '#libs/contracts';
import { AppError, invalid } from '#libs/kernel';
import type { Flag } from '../../../domain/flags/flag.js';
import { firstConfig, type FlagConfig } from '../../../domain/flags/flag-config.js';
import { ANY_ENVIRONMENT } from '../../../domain/keys.js';
import type { Change } from '../../ports/unit-of-work.js';
import { recordFlag } from './record-flag.js';

/** @throws AppError `already_exists` */
export async function refuseTakenKey({ flags }: Change, key: string): Promise<void> {
  const taken = await flags.find(key);
  if (taken === undefined) return;
  const hint = taken.archivedAt === undefined ? '' : '; it is archived';
  const { details } = invalid('already_exists', 'key', 'is taken');
  throw new AppError('already_exists', `There is a flag ${key} already${hint}`, details);
}

/** Writes a new flag, off in all environments, and records it. */
export async function insertFlag(tx: Change, flag: Flag, origin: Origin): Promise<void> {
  await tx.flags.insert(flag);
  const configs = await writeFirstConfigs(tx, flag, origin);
  const { key, type, name } = flag;
  await recordFlag(tx, {
    flag,
    configs,
    fact: (version) => FlagCreatedV1.of(origin, { flag_key: key, version, type, name }),
  });
}

async function writeFirstConfigs(tx: Change, flag: Flag, origin: Origin): Promise<readonly FlagConfig[]> {
  const environments = tx.scope === PLATFORM ? [ANY_ENVIRONMENT] : (await tx.environments.list()).map(({ id }) => id);
  const configs = environments.map((environment) => firstConfig(flag.id, environment, origin.actor.id, tx.now));
  await tx.configs.save(configs);
  return configs;
}
