import { AppError } from '#libs/kernel';
import type { Flag } from '../domain/flag.js';
import type { Flags } from './ports.js';

/** @throws AppError `not_found` */
export async function findFlag(flags: Flags, key: string): Promise<Flag> {
  const flag = await flags.find(key);
  if (flag === undefined) throw new AppError('not_found', `There is no flag ${key}`);
  return flag;
}
