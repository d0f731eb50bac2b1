import type { Json } from '#libs/kernel';
import { Uncompilable } from './uncompilable.js';

/** A variant's name and its value. */
export interface Outcome {
  readonly variant: string;
  readonly value: Json;
}
export interface StoredVariant extends Outcome {
  readonly weight: number;
}

/** @throws Uncompilable */
export function storedWeight(weight: unknown): number {
  if (!Number.isSafeInteger(weight) || (weight as number) < 0) throw new Uncompilable('A weight is not a whole number');
  return weight as number;
}
