import type { Actor, FlagConfigView, FlagVersionView, FlagView, Page, PageOf, Scope } from '#libs/contracts';
import { jsonDiff } from '#libs/facts';
import { cutPage, decodeSeqCursor, encodeSeqCursor, pageWindow, rowsWithin, type Database } from '#libs/postgres';
import type { History } from '../application/ports/lists.js';
import { configView } from '../application/views.js';
import { absentConfig } from '../domain/flags/flag-config.js';
import { content } from '../domain/flags/history.js';
import { ofScope, orgIdOf, rowOf } from './sql.js';

type Snapshot = FlagView | FlagConfigView;
interface VersionRow {
  readonly seq: number;
  readonly environment: string | null;
  readonly version: number;
  readonly ruleset_version: number;
  readonly snapshot: Snapshot;
  readonly author: Actor;
  readonly note: string | null;
  readonly cause: 'rollback' | 'schedule' | null;
  readonly created_at: Date;
  /** The snapshot before this one, of the same part: the flag, or its config in the same environment. */
  readonly previous: Snapshot | null;
}

const versions = (order: 'asc' | 'desc'): string => `
  select line.seq, line.environment, line.version, line.ruleset_version::float8, line.snapshot, line.author, line.note,
    line.cause, line.created_at, earlier.snapshot as previous
  from flag_version as line left join lateral (
    select snapshot from flag_version as earlier where earlier.flag_id = line.flag_id
      and earlier.environment is not distinct from line.environment and earlier.seq < line.seq
    order by earlier.seq desc limit 1
  ) as earlier on true
  where ${ofScope('line')} and line.flag_id = $2
    and ($3::bigint is null or line.seq ${order === 'desc' ? '<' : '>'} $3)
  order by line.seq ${order} limit $4`;
const FLAG_ID = `select id from flag where ${ofScope('flag')} and key = $2`;
const SQL = { asc: versions('asc'), desc: versions('desc') } as const;

/** The history of a flag. */
export class PostgresHistory implements History {
  constructor(
    private readonly database: Database,
    private readonly maxPageBytes?: number,
  ) {}

  async page(scope: Scope, flagKey: string, page: Page): Promise<PageOf<FlagVersionView> | undefined> {
    const { direction, rows } = pageWindow({ limit: page.limit, order: page.order }, { route: 'history', org: scope });
    return this.database.read(scope, async ({ manager }) => {
      const orgId = orgIdOf(scope);
      const flag = await rowOf<{ id: string }>(manager, FLAG_ID, [orgId, flagKey]);
      if (flag === undefined) return undefined;
      const cursors = { route: `history ${flag.id} ${direction}`, org: scope };
      const after = page.cursor === undefined ? null : decodeSeqCursor(page.cursor, cursors);
      const query = { sql: SQL[direction], parameters: [orgId, flag.id, after, rows] };
      const read = await rowsWithin<VersionRow>(manager, query, this.maxPageBytes);
      return cutPage(read, page.limit, { cursorOf: ({ seq }) => encodeSeqCursor(cursors, seq), view: toView });
    });
  }
}

function toView({ seq, version, cause, snapshot, previous, created_at, ...row }: VersionRow): FlagVersionView {
  const before = previous ?? firstState(snapshot);
  return {
    ...row,
    version: seq,
    seq,
    resource_version: version,
    cause: cause ?? CAUSES[row.author.type],
    // The name at that time: the environment may be deleted.
    environment: 'environment' in snapshot ? snapshot.environment : null,
    created_at: created_at.toISOString(),
    diff: before === undefined ? null : jsonDiff(content(before), content(snapshot)),
  };
}

const CAUSES = { user: 'person', api_key: 'key', system: 'schedule' } as const;

/** What came before the first state of a part: a config that was never written, or nothing. */
function firstState(snapshot: Snapshot): Snapshot | undefined {
  if (!('environment' in snapshot)) return undefined;
  return configView(snapshot.flag_key, snapshot.environment, absentConfig('', ''));
}
