import type { Rule } from '#libs/contracts';
import { invalid } from '#libs/kernel';
import { segmentsInRules, strategiesInRules } from '../../domain/targeting/references.js';
import type { Stores } from '../ports/stores.js';

/** @throws AppError `unknown_strategy`, `unknown_segment` */
export async function checkRuleReferences({ strategies, segments }: Stores, rules: readonly Rule[]): Promise<void> {
  const ids = strategiesInRules(rules);
  if (ids.length > 0) {
    const existing = await strategies.inReach(ids);
    const unknown = ids.find((id) => !existing.has(id));
    if (unknown !== undefined) throw invalid('unknown_strategy', 'rules', `there is no strategy ${unknown}`);
  }
  await checkSegmentsExist({ segments }, segmentsInRules(rules), 'rules');
}

/** @throws AppError `unknown_segment` */
export async function checkSegmentsExist(
  { segments }: Pick<Stores, 'segments'>,
  keys: readonly string[],
  field: string,
): Promise<void> {
  if (keys.length === 0) return;
  const existing = await segments.inReach(keys);
  const unknown = keys.find((key) => !existing.has(key));
  if (unknown !== undefined) throw invalid('unknown_segment', field, `there is no segment ${unknown}`);
}
