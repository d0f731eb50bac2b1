import type { Rule, Scope } from '#libs/contracts';
import type { EntityManager } from 'typeorm';
import type { ReferringFlag, Targeting } from '../application/ports/stores.js';
import type { ReusableConditions } from '../domain/targeting/pattern-budget.js';
import { orgIdOf, rowsOf, scopeOfRow } from './sql.js';

/** Conditions that can add to the patterns of a flag. A value that looks like one is found too, and counts nothing. */
const COUNTS = (conditions: string): string =>
  `jsonb_path_exists(${conditions}, '$.** ? (@.operator == "matches" || exists(@.segment))')`;
const IN_REACH = '($1::uuid is null or org_id = $1::uuid or org_id is null) and deleted_at is null';
const REUSABLE = `
  select org_id, 'strategy' as kind, id::text as name, body -> 'conditions' as conditions from strategy
  where ${IN_REACH} and ${COUNTS(`body -> 'conditions'`)}
  union all
  select org_id, 'segment', key, conditions from segment where ${IN_REACH} and ${COUNTS('conditions')}`;
const FLAGS = `
  select flag.org_id, flag.key, flag_config.rules from flag_config
  join flag on flag.id = flag_config.flag_id
  left join environment on environment.org_id = flag_config.org_id and environment.id::text = flag_config.environment
  where ($1::uuid is null or flag_config.org_id = $1::uuid) and flag.archived_at is null
    and (flag_config.org_id is null or environment.deleted_at is null)
    and jsonb_path_exists(flag_config.rules, '$[*] ? (exists(@.strategy_id) || exists(@.conditions.**.segment))')
  order by flag.key, flag_config.environment`;

export class PostgresTargeting implements Targeting {
  readonly #orgId: string | null;

  constructor(
    private readonly manager: EntityManager,
    scope: Scope,
  ) {
    this.#orgId = orgIdOf(scope);
  }

  async reusable(): Promise<readonly ReusableConditions[]> {
    type Row = Omit<ReusableConditions, 'scope'> & { readonly org_id: string | null };
    const rows = await rowsOf<Row>(this.manager, REUSABLE, [this.#orgId]);
    return rows.map(({ org_id, ...row }) => ({ ...row, scope: scopeOfRow(org_id) }));
  }

  async flagsWithReferences(): Promise<readonly ReferringFlag[]> {
    type Row = { readonly org_id: string | null; readonly key: string; readonly rules: readonly Rule[] };
    const rows = await rowsOf<Row>(this.manager, FLAGS, [this.#orgId]);
    return rows.map(({ org_id, key, rules }) => ({ scope: scopeOfRow(org_id), key, rules }));
  }
}
