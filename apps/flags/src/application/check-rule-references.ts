import type { Rule } from '#libs/contracts';
import { invalid } from '../domain/keys.js';
import { segmentsInRules, strategiesInRules } from '../domain/references.js';
import type { Stores } from './ports.js';

/** @throws AppError `unknown_strategy`, `unknown_segment` */
export async function checkRuleReferences({ strategies, segments }: Stores, rules: readonly Rule[]): Promise<void> {
  const ids = strategiesInRules(rules);
  if (ids.length > 0) {
    const there = await strategies.inReach(ids);
    const unknown = ids.find((id) => !there.has(id));
    if (unknown !== undefined) throw invalid('unknown_strategy', 'rules', `there is no strategy ${unknown}`);
  }
  await checkSegments({ segments }, segmentsInRules(rules), 'rules');
}

/** @throws AppError `unknown_segment` */
export async function checkSegments(
  { segments }: Pick<Stores, 'segments'>,
  keys: readonly string[],
  field: string,
): Promise<void> {
  if (keys.length === 0) return;
  const there = await segments.inReach(keys);
  const unknown = keys.find((key) => !there.has(key));
  if (unknown !== undefined) throw invalid('unknown_segment', field, `there is no segment ${unknown}`);
}
