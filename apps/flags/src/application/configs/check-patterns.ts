import type { Rule } from '#libs/contracts';
import { patternsIn } from '#libs/engine';
import { segmentsIn } from '#libs/kernel';
import type { Flag } from '../../domain/flags/flag.js';
import {
  refuseMorePatterns,
  refuseTooManyPatterns,
  type ReusableConditions,
} from '../../domain/targeting/pattern-budget.js';
import type { Stores } from '../ports/stores.js';

type Targeting = Pick<Stores, 'targeting'>;

/** Checks the rules of a flag that are about to be stored. @throws AppError `invalid_pattern` */
export async function checkRulePatterns(
  { targeting }: Targeting,
  { key, scope }: Pick<Flag, 'key' | 'scope'>,
  rules: readonly Rule[],
): Promise<void> {
  const isUsing = rules.some(({ strategy_id, conditions }) => strategy_id !== undefined || segmentsIn(conditions).length > 0); // prettier-ignore
  refuseTooManyPatterns({ key, scope, rules }, isUsing ? await targeting.reusable() : [], 'rules');
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
