import { refsOfRules } from '#libs/contracts';
import { patternsIn } from '#libs/engine';
import { segmentsIn } from '#libs/kernel';
import type { Flag } from '../../domain/flags/flag.js';
import {
  refuseMorePatterns,
  refuseTooManyPatterns,
  type ReusableConditions,
} from '../../domain/targeting/pattern-budget.js';
import type { Stores } from '../ports/stores.js';
import type { PlacedRules } from './check-rule-references.js';

type Targeting = Pick<Stores, 'targeting'>;

/** Checks rules of a flag that are about to be in force, each list by itself. @throws AppError `invalid_pattern` */
export async function checkRulePatterns(
  { targeting }: Targeting,
  { key, scope }: Pick<Flag, 'key' | 'scope'>,
  placed: readonly PlacedRules[],
): Promise<void> {
  const isUsing = placed.some(({ rules }) => refsOfRules(rules).size > 0);
  const reusable = isUsing ? await targeting.reusable() : [];
  for (const { field, rules } of placed) refuseTooManyPatterns({ key, scope, rules }, reusable, field);
}

/**
 * Checks the flags that use a strategy or segment which is about to be stored.
 * @throws AppError `invalid_pattern` naming the first flag that would use too many
 */
export async function checkUsesOfPatterns({ targeting }: Targeting, edited: ReusableConditions): Promise<void> {
  if (patternsIn(edited.conditions).length + segmentsIn(edited.conditions).length === 0) return;
  const before = await targeting.reusable();
  const others = before.filter(
    ({ scope, kind, name }) => scope !== edited.scope || kind !== edited.kind || name !== edited.name,
  );
  for (const flag of await targeting.flagsWithReferences()) refuseMorePatterns(flag, before, [...others, edited]);
}
