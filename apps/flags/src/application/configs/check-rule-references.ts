import { namesIn, refsOfRules, type Rule } from '#libs/contracts';
import { AppError, invalid } from '#libs/kernel';
import type { Stores } from '../ports/stores.js';

type Targeting = Pick<Stores, 'strategies' | 'segments'>;

/** Rules, and how a refusal names their place. */
export interface PlacedRules {
  readonly field: string;
  readonly rules: readonly Rule[];
  /** The environment's name. */
  readonly environment?: string;
}

/**
 * Checks that the strategies and segments in rules exist.
 * @throws AppError `unknown_strategy`, `unknown_segment` with all that are missing
 */
export async function checkRuleReferences(stores: Targeting, placed: readonly PlacedRules[]): Promise<void> {
  const refs = refsOfRules(placed.flatMap(({ rules }) => rules));
  const [ids, keys] = [namesIn(refs, 'strategy'), namesIn(refs, 'segment')];
  const strategies = ids.length === 0 ? new Set<string>() : await stores.strategies.inReach(ids);
  const segments = keys.length === 0 ? new Set<string>() : await stores.segments.inReach(keys);
  const details = placed.flatMap(({ field, environment, rules }) => {
    const own = refsOfRules(rules);
    const place = environment === undefined ? { field } : { field, environment };
    return [
      ...namesIn(own, 'strategy')
        .filter((id) => !strategies.has(id))
        .map((strategy_id) => ({ ...place, message: `there is no strategy ${strategy_id}`, strategy_id })),
      ...namesIn(own, 'segment')
        .filter((key) => !segments.has(key))
        .map((segment_key) => ({ ...place, message: `there is no segment ${segment_key}`, segment_key })),
    ];
  });
  const [first] = details;
  if (first === undefined) return;
  const code = details.some((detail) => 'strategy_id' in detail) ? 'unknown_strategy' : 'unknown_segment';
  throw new AppError(code, `${first.field}: ${first.message}`, details);
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
