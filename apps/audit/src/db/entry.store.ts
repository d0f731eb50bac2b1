import { PLATFORM, type AuditEntryView, type AuditFilter, type Page, type PageOf, type Scope } from '#libs/contracts';
import { pageOf, pageWindow, type CursorScope, type Database } from '#libs/postgres';
import type { Entries } from '../application/entries/ports.js';

interface EntryRow {
  readonly text: string;
  readonly hash: Buffer;
}

const ROUTE = 'audit';
/** How each filter compares. Column names come from this table alone, never from a request. */
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

export class PostgresEntries implements Entries {
  constructor(private readonly database: Database) {}

  async list(scope: Scope, filter: AuditFilter, page: Page): Promise<PageOf<AuditEntryView>> {
    const { sql, values } = listQuery(scope, filter, page);
    const rows = await this.database.read(scope, ({ manager }) => manager.query<EntryRow[]>(sql, values));
    return pageOf(rows.map(entryView), page, cursorScope(scope), {
      positionOf: ({ timestamp, id }) => ({ created_at: timestamp, id }),
      view: (entry) => entry,
    });
  }
}

const cursorScope = (scope: Scope): CursorScope => ({ route: ROUTE, org: scope });

function listQuery(scope: Scope, filter: AuditFilter, page: Page): { sql: string; values: unknown[] } {
  const values: unknown[] = [];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const own = scope === PLATFORM ? 'org_id is null' : `org_id = ${bind(scope)}`;
  const wanted = Object.entries(filter)
    .filter(([name, value]) => name in comparisons && value !== undefined)
    .map(([name, value]) => `${comparisons[name as keyof AuditFilter]} ${bind(value)}`);
  const { after, beyond, direction, rows } = pageWindow(page, cursorScope(scope));
  if (after !== undefined) wanted.push(`seq ${beyond} (select seq from entry where id = ${bind(after.id)} and ${own})`);
  const where = [own, ...wanted].join(' and ');
  return { sql: `select text, hash from entry where ${where} order by seq ${direction} limit ${bind(rows)}`, values };
}

function entryView({ text, hash }: EntryRow): AuditEntryView {
  return { ...(JSON.parse(text) as Omit<AuditEntryView, 'hash'>), hash: hash.toString('hex') };
}
