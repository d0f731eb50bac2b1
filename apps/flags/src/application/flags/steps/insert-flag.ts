import { FlagCreatedV1, PLATFORM, type Origin } from '#libs/contracts';
import { AppError, invalid } from '#libs/kernel';
import type { Flag } from '../../../domain/flags/flag.js';
import { firstConfig } from '../../../domain/flags/flag-config.js';
import { ANY_ENVIRONMENT } from '../../../domain/keys.js';
import type { Change } from '../../ports/unit-of-work.js';
import { configView } from '../../views.js';
import { recordFlag } from './record-flag.js';

/** @throws AppError `already_exists` */
export async function refuseTakenKey({ flags }: Change, key: string): Promise<void> {
  const taken = await flags.find(key);
  if (taken === undefined) return;
  const hint = taken.archivedAt === undefined ? '' : '; it is archived';
  const { details } = invalid('already_exists', 'key', 'is taken');
  throw new AppError('already_exists', `There is a flag ${key} already${hint}`, details);
}

/** Writes a new flag, off in all environments, and records it with the first state of its configs. */
export async function insertFlag(tx: Change, flag: Flag, origin: Origin): Promise<void> {
  await tx.flags.insert(flag);
  const environments = await environmentsOf(tx);
  const configs = environments.map(({ id }) => firstConfig(flag.id, id, origin.actor.id, tx.now));
  await tx.configs.save(configs);
  const { key, type, name } = flag;
  await recordFlag(tx, {
    flag,
    configs,
    fact: (version) => FlagCreatedV1.of(origin, { flag_key: key, version, type, name }),
  });
  for (const [index, config] of configs.entries()) {
    const snapshot = configView(key, environments[index]!.name, config);
    tx.history.add({ flagId: flag.id, environment: config.environment, version: config.version, snapshot });
  }
}

async function environmentsOf(tx: Change): Promise<readonly { readonly id: string; readonly name: string }[]> {
  if (tx.scope !== PLATFORM) return tx.environments.list();
  return [{ id: ANY_ENVIRONMENT, name: ANY_ENVIRONMENT }];
}
