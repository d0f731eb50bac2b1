import { AppError } from '#libs/kernel';
import type { KillSwitch } from '../domain/kill-switch.js';
import type { KillSwitches } from './ports.js';

/** @throws AppError `not_found` */
export async function findKillSwitch(killSwitches: KillSwitches, key: string): Promise<KillSwitch> {
  const killSwitch = await killSwitches.find(key);
  if (killSwitch === undefined) throw new AppError('not_found', `There is no kill switch ${key}`);
  return killSwitch;
}
