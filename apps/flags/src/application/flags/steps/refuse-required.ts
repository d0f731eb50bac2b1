import { AppError } from '#libs/kernel';
import type { Dependent } from '../../ports/stores.js';

/** @throws AppError `in_use` with the flags that require this one */
export function refuseRequired(key: string, dependents: readonly Dependent[]): void {
  if (dependents.length === 0) return;
  const keys = [...new Set(dependents.map((dependent) => dependent.key))];
  const details = keys.map((flag_key) => ({ message: `${flag_key} requires it`, flag_key }));
  throw new AppError('in_use', `Other flags require ${key}: ${keys.slice(0, 10).join(', ')}`, details);
}
