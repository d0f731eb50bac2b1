import type {
  FlagFilter,
  FlagListItem,
  KillSwitchView,
  Page,
  PageOf,
  Scope,
  SegmentView,
  StrategyView,
} from '#libs/contracts';
import type { Database } from '#libs/postgres';
import { Lists } from '../application/ports.js';
import { flagView, killSwitchView, segmentView, strategyView } from '../application/views.js';
import { readCursor, writeCursor } from '../domain/pages.js';
import { toFlag, type FlagRow } from './flag-store.js';
import { toKillSwitch, type KillSwitchRow } from './kill-switch-store.js';
import { toSegment, type SegmentRow } from './segment-store.js';
import { ofScope, orgIdOf, rowsOf } from './sql.js';
import { toStrategy, type StrategyRow } from './strategy-store.js';

type ConfigState = FlagListItem['configs'][number];
type Dated = { readonly id: string; readonly created_at: Date };

/** $1 organization, $2 search, $3 tag, $4 archived; a platform flag's configs go by name. */
const FLAGS = `select flag.*, (
    select coalesce(jsonb_agg(jsonb_build_object('environment', coalesce(environment.name, flag_config.environment),
      'enabled', coalesce(flag_config.enabled, false), 'rules', coalesce(jsonb_array_length(flag_config.rules), 0),
      'version', coalesce(flag_config.version, 0)) order by environment.position, environment.name, flag_config.environment), '[]')
    from (select * from environment where org_id = $1::uuid and deleted_at is null) as environment
    full join (select * from flag_config where flag_config.flag_id = flag.id) as flag_config
      on flag_config.environment = environment.id::text
    where environment.id is not null or flag_config.org_id is null
  ) as configs
  from flag where ${ofScope('flag')}
    and ($2::text is null or flag.key ilike $2 or flag.name ilike $2 or flag.description ilike $2)
    and ($3::text is null or flag.tags @> array[$3::text])
    and (flag.archived_at is not null) = $4`;
const live = (table: string): string => `select * from ${table} where ${ofScope(table)} and deleted_at is null`;

export class PostgresLists extends Lists {
  constructor(private readonly database: Database) {
    super();
  }

  /** Live flags of the scope unless the filter says otherwise; `platform` shows the platform's, which are readable to all. */
  override async flags(scope: Scope, filter: FlagFilter, page: Page): Promise<PageOf<FlagListItem>> {
    const orgId = filter.platform === true ? null : orgIdOf(scope);
    const search = filter.search === undefined ? null : `%${escapeLike(filter.search)}%`;
    const parameters = [orgId, search, filter.tag ?? null, filter.archived ?? false];
    type Row = FlagRow & { configs: ConfigState[] };
    const list = `flags ${scope} ${filter.platform === true ? 'platform' : 'own'}`;
    return this.#page<Row, FlagListItem>({ scope, list, sql: FLAGS, parameters }, page, ({ configs, ...row }) => ({
      ...flagView(toFlag(row)),
      configs,
    }));
  }

  override killSwitches(scope: Scope, page: Page): Promise<PageOf<KillSwitchView>> {
    const query = { scope, list: `kill_switches ${scope}`, sql: live('kill_switch'), parameters: [orgIdOf(scope)] };
    return this.#page<KillSwitchRow, KillSwitchView>(query, page, (row) => killSwitchView(toKillSwitch(row)));
  }

  override strategies(scope: Scope, page: Page): Promise<PageOf<StrategyView>> {
    const query = { scope, list: `strategies ${scope}`, sql: live('strategy'), parameters: [orgIdOf(scope)] };
    return this.#page<StrategyRow, StrategyView>(query, page, (row) => strategyView(toStrategy(row)));
  }

  override segments(scope: Scope, page: Page): Promise<PageOf<SegmentView>> {
    const query = { scope, list: `segments ${scope}`, sql: live('segment'), parameters: [orgIdOf(scope)] };
    return this.#page<SegmentRow, SegmentView>(query, page, (row) => segmentView(toSegment(row)));
  }

  /** One query: one row more than asked for tells whether there are more. */
  async #page<R extends Dated, V>(query: ListQuery, page: Page, toView: (row: R) => V): Promise<PageOf<V>> {
    const { limit, cursor, order } = page;
    const list = `${query.list} ${order}`;
    const from = cursor === undefined ? undefined : readCursor(list, cursor);
    const [after, id, count] = [1, 2, 3].map((offset) => `$${query.parameters.length + offset}`);
    const beyond = order === 'desc' ? '<' : '>';
    const sql = `${query.sql} and (${after}::timestamptz is null or (created_at, id) ${beyond} (${after}, ${id}::uuid))
      order by created_at ${order === 'desc' ? 'desc' : 'asc'}, id ${order === 'desc' ? 'desc' : 'asc'} limit ${count}`;
    const parameters = [...query.parameters, from?.at ?? null, from?.id ?? null, limit + 1];
    const rows = await this.database.read(query.scope, ({ manager }) => rowsOf<R>(manager, sql, parameters));
    const shown = rows.slice(0, limit);
    const last = rows.length > limit ? shown.at(-1) : undefined;
    const next_cursor = last === undefined ? null : writeCursor(list, { at: last.created_at, id: last.id });
    return { data: shown.map(toView), next_cursor, has_more: next_cursor !== null };
  }
}

interface ListQuery {
  readonly scope: Scope;
  /** Names the list in its cursors. */
  readonly list: string;
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`);
}
