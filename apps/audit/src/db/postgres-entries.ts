import { PLATFORM, type AuditEntryView, type AuditFilter, type Page, type PageOf, type Scope } from '#libs/contracts';
import { decodeCursor, encodeCursor } from '#libs/http';
import type { Database } from '#libs/postgres';
import { Entries } from '../application/ports.js';

interface EntryRow {
  readonly text: string;
  readonly hash: Buffer;
}

const ROUTE = 'audit';
/** How each filter compares; the names of columns come from here alone. */
const comparisons: Readonly<Record<keyof AuditFilter, string>> = {
  event: 'event =',
  actor_id: 'actor_id =',
  resource_type: 'resource_type =',
  resource_key: 'resource_key =',
  environment: 'environment =',
  severity: 'severity =',
  request_id: 'request_id =',
  from: 'timestamp >=',
  to: 'timestamp <',
};

export class PostgresEntries extends Entries {
  constructor(private readonly database: Database) {
    super();
  }

  override async list(scope: Scope, filter: AuditFilter, page: Page): Promise<PageOf<AuditEntryView>> {
    const { sql, values } = listQuery(scope, filter, page);
    const rows = await this.database.read(scope, ({ manager }) => manager.query<EntryRow[]>(sql, values));
    const data = rows.slice(0, page.limit).map(toView);
    const hasMore = rows.length > page.limit;
    return { data, has_more: hasMore, next_cursor: hasMore ? cursorAfter(scope, data.at(-1)!) : null };
  }
}

/** One row more than asked for tells whether there is a next page. */
function listQuery(scope: Scope, filter: AuditFilter, page: Page): { sql: string; values: unknown[] } {
  const values: unknown[] = [];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const own = scope === PLATFORM ? 'org_id is null' : `org_id = ${bind(scope)}`;
  const wanted = Object.entries(filter)
    .filter(([name, value]) => name in comparisons && value !== undefined)
    .map(([name, value]) => `${comparisons[name as keyof AuditFilter]} ${bind(value)}`);
  const direction = page.order === 'asc' ? { compare: '>', order: 'asc' } : { compare: '<', order: 'desc' };
  if (page.cursor !== undefined) {
    const { id } = decodeCursor(page.cursor, { route: ROUTE, org: scope });
    wanted.push(`seq ${direction.compare} (select seq from entry where id = ${bind(id)} and ${own})`);
  }
  const where = [own, ...wanted].join(' and ');
  const limit = bind(page.limit + 1);
  return { sql: `select text, hash from entry where ${where} order by seq ${direction.order} limit ${limit}`, values };
}

function toView({ text, hash }: EntryRow): AuditEntryView {
  return { ...(JSON.parse(text) as Omit<AuditEntryView, 'hash'>), hash: hash.toString('hex') };
}

function cursorAfter(scope: Scope, { timestamp, id }: AuditEntryView): string {
  return encodeCursor({ route: ROUTE, org: scope, created_at: timestamp, id });
}
