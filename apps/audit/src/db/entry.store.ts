import {
  PLATFORM,
  type AuditEntryPart,
  type AuditEntryView,
  type AuditFilter,
  type Page,
  type PageOf,
  type Scope,
} from '#libs/contracts';
import {
  cutPage,
  decodeSeqCursor,
  encodeSeqCursor,
  pageWindow,
  rowsWithin,
  type CursorScope,
  type Database,
} from '#libs/postgres';
import type { Entries } from '../application/entries/ports.js';
import { listedEntry, type ListedEntry } from '../domain/listed-entry.js';

interface EntryRow {
  readonly text: string;
  readonly hash: Buffer;
}
interface PartRow extends EntryRow {
  readonly has_more: boolean;
}

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
  to: 'timestamp <=',
};
/** Characters of one part of an entry: at most 4 MB as JSON, half of a message. */
const PART = 1024 * 1024;
const ONE = `select substring(text from $3::int + 1 for ${PART}) as text, hash, char_length(text) > $3 + ${PART} as has_more
  from entry where (org_id = $1::uuid or ($1::uuid is null and org_id is null)) and seq = $2`;

export class PostgresEntries implements Entries {
  constructor(private readonly database: Database) {}

  async list(scope: Scope, filter: AuditFilter, page: Page): Promise<PageOf<AuditEntryView>> {
    const query = listQuery(scope, filter, page);
    const read = await this.database.read(scope, ({ manager }) => rowsWithin<EntryRow>(manager, query));
    const rows = read.rows.map(entryView);
    const cursorOf = ({ seq }: AuditEntryView): string => encodeSeqCursor(cursorScope(scope), seq);
    return cutPage({ ...read, rows }, page.limit, { cursorOf, view: (entry) => entry });
  }

  async read(scope: Scope, seq: number, offset: number): Promise<AuditEntryPart | undefined> {
    const [part] = await this.database.read(scope, ({ manager }) =>
      manager.query<PartRow[]>(ONE, [scope === PLATFORM ? null : scope, seq, offset]),
    );
    if (part === undefined) return undefined;
    const { text, hash, has_more } = part;
    return { text, hash: hash.toString('hex'), next_offset: has_more ? offset + PART : null };
  }
}

const cursorScope = (scope: Scope): CursorScope => ({ route: 'audit', org: scope });

function listQuery(scope: Scope, filter: AuditFilter, page: Page): { sql: string; parameters: unknown[] } {
  const parameters: unknown[] = [];
  const bind = (value: unknown): string => `$${parameters.push(value)}`;
  const own = scope === PLATFORM ? 'org_id is null' : `org_id = ${bind(scope)}`;
  const wanted = Object.entries(filter)
    .filter(([name, value]) => name in comparisons && value !== undefined)
    .map(([name, value]) => `${comparisons[name as keyof AuditFilter]} ${bind(value)}`);
  const { beyond, direction, rows } = pageWindow({ limit: page.limit, order: page.order }, cursorScope(scope));
  if (page.cursor !== undefined) wanted.push(`seq ${beyond} ${bind(decodeSeqCursor(page.cursor, cursorScope(scope)))}`);
  const where = [own, ...wanted].join(' and ');
  const sql = `select coalesce(summary, text) as text, hash from entry where ${where}
    order by seq ${direction} limit ${bind(rows)}`;
  return { sql, parameters };
}

function entryView({ text, hash }: EntryRow): AuditEntryView {
  const { seq, ...entry } = JSON.parse(text) as ListedEntry & { readonly seq: number };
  return { seq, ...listedEntry(entry as ListedEntry), hash: hash.toString('hex') };
}
