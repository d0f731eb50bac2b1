import type {
  FlagFilter,
  FlagListItem,
  KillSwitchView,
  OwnerFilter,
  Page,
  PageOf,
  Scope,
  SegmentView,
  StrategyView,
} from '#libs/contracts';
import { pageOf, pageWindow, rowsWithin, type Database } from '#libs/postgres';
import type { Lists } from '../application/ports/lists.js';
import { flagView, killSwitchView, segmentView, strategyView } from '../application/views.js';
import { toFlag, type FlagRow } from './flag.store.js';
import { toKillSwitch, type KillSwitchRow } from './kill-switch.store.js';
import { toSegment, type SegmentRow } from './segment.store.js';
import { ofScope, orgIdOf } from './sql.js';
import { toStrategy, type StrategyRow } from './strategy.store.js';

type ConfigState = FlagListItem['configs'][number];
type Dated = { readonly id: string; readonly created_at: Date };

/** $1 organization, $2 search, $3 tag, $4 archived. The configs of a platform flag are named after environments, not their ids. */
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

export class PostgresLists implements Lists {
  constructor(private readonly database: Database) {}

  /** Live flags of the scope, unless the filter asks for others. `platform`: the platform's flags, which all may read. */
  flags(scope: Scope, filter: FlagFilter, page: Page): Promise<PageOf<FlagListItem>> {
    const orgId = filter.platform === true ? null : orgIdOf(scope);
    const search = filter.search === undefined ? null : `%${escapeLike(filter.search)}%`;
    const parameters = [orgId, search, filter.tag ?? null, filter.archived ?? false];
    const list = `flags ${filter.platform === true ? 'platform' : 'own'}`;
    type Row = FlagRow & { configs: ConfigState[] };
    return this.#page<Row, FlagListItem>({ scope, list, sql: FLAGS, parameters }, page, ({ configs, ...row }) => ({
      ...flagView(toFlag(row)),
      configs,
    }));
  }

  killSwitches(scope: Scope, page: Page): Promise<PageOf<KillSwitchView>> {
    return this.#page<KillSwitchRow, KillSwitchView>(liveRows('kill_switch', scope), page, (row) =>
      killSwitchView(toKillSwitch(row)),
    );
  }

  strategies(scope: Scope, filter: OwnerFilter, page: Page): Promise<PageOf<StrategyView>> {
    return this.#page<StrategyRow, StrategyView>(liveRows('strategy', scope, filter), page, (row) =>
      strategyView(toStrategy(row)),
    );
  }

  segments(scope: Scope, filter: OwnerFilter, page: Page): Promise<PageOf<SegmentView>> {
    return this.#page<SegmentRow, SegmentView>(liveRows('segment', scope, filter), page, (row) =>
      segmentView(toSegment(row)),
    );
  }

  async #page<R extends Dated, V>(query: ListQuery, page: Page, view: (row: R) => V): Promise<PageOf<V>> {
    const cursors = { route: `${query.list} ${page.order}`, org: query.scope };
    const { after, beyond, direction, rows: count } = pageWindow(page, cursors);
    const [at, id, limit] = [1, 2, 3].map((offset) => `$${query.parameters.length + offset}`);
    const sql = `${query.sql} and (${at}::timestamptz is null or (created_at, id) ${beyond} (${at}, ${id}::uuid))
      order by created_at ${direction}, id ${direction} limit ${limit}`;
    const parameters = [...query.parameters, after?.created_at ?? null, after?.id ?? null, count];
    const rows = await this.database.read(query.scope, ({ manager }) => rowsWithin<R>(manager, { sql, parameters }));
    const positionOf = (row: R) => ({ created_at: row.created_at.toISOString(), id: row.id });
    return pageOf(rows, page, cursors, { positionOf, view });
  }
}

interface ListQuery {
  readonly scope: Scope;
  /** Names the list in its cursors: a cursor of another list is refused. */
  readonly list: string;
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`);
}

function liveRows(
  table: 'kill_switch' | 'strategy' | 'segment',
  scope: Scope,
  { platform = false }: OwnerFilter = {},
): ListQuery {
  const sql = `select * from ${table} where ${ofScope(table)} and deleted_at is null`;
  const list = platform ? `${table} platform` : table;
  return { scope, list, sql, parameters: [platform ? null : orgIdOf(scope)] };
}
