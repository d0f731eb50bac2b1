import { AppError } from '#libs/kernel';
import type { Strategy } from '../domain/strategy.js';
import type { Strategies } from './ports.js';

/** @throws AppError `not_found` */
export async function findStrategy(strategies: Strategies, id: string): Promise<Strategy> {
  const strategy = await strategies.find(id);
  if (strategy === undefined) throw new AppError('not_found', `There is no strategy ${id}`);
  return strategy;
}
