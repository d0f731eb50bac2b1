import type { AuditDraft, EventFilter, Origin, Page } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import {
  decodeCursor,
  pageOf,
  rowsWithin,
  type CursorPosition,
  type CursorScope,
  type Database,
  type Transaction,
} from '#libs/postgres';
import type { EventPage, Events } from '../application/events/ports.js';
import { countQuery, eventView, pageQuery, type Statement, type StoredEvent } from './event-sql.js';
import { countStatements } from './hourly-count.js';

const ROUTE = 'events';
const STATEMENT_TIMEOUT = '57014';

/**
 * Postgres expects any property to be rare, and would read and sort all matching events instead of reading an index in order: 2 s
 * instead of milliseconds. These settings apply to the rest of the transaction.
 */
const IN_ORDER = `select set_config(name, 'off', true)
  from unnest(array['enable_sort', 'enable_bitmapscan', 'enable_seqscan']) as name`;

export class PostgresEvents implements Events {
  constructor(private readonly database: Database) {}

  list(orgId: string, filter: EventFilter, page: Page, withTotal: boolean): Promise<EventPage> {
    return this.database.read(orgId, async (tx) => {
      const total = withTotal ? { total: await count(tx, filter) } : {};
      return { ...(await takePage(tx, filter, page)), ...total };
    });
  }

  count(orgId: string, filter: EventFilter): Promise<number> {
    return this.database.read(orgId, (tx) => count(tx, filter));
  }

  recordExport(
    origin: Origin,
    filter: EventFilter,
    limit: number,
    entryOf: (matching: number) => AuditDraft,
  ): Promise<void> {
    return this.database.transaction(origin.scope, async (tx) => {
      const matching = await counted(tx, countQuery(tx.scope, filter, limit));
      await tx.outbox.audit(origin, entryOf(matching));
    });
  }
}

/** As many events as fit into the page and into an answer; at least one, if any follows the cursor. */
async function takePage(tx: Transaction, filter: EventFilter, { limit, order, cursor }: Page): Promise<EventPage> {
  const scope: CursorScope = { route: ROUTE, org: tx.scope };
  const after = cursor === undefined ? undefined : decodeCursor(cursor, scope);
  await tx.manager.query(IN_ORDER);
  const { sql, values } = pageQuery(tx.scope, filter, order, after, limit + 1);
  const read = await inTime(rowsWithin<StoredEvent>(tx.manager, { sql, parameters: values }));
  return pageOf(read, { limit }, scope, { positionOf, view: eventView });
}

function positionOf({ timestamp, event_id }: StoredEvent): CursorPosition {
  return { created_at: timestamp.toISOString(), id: event_id };
}

async function count(tx: Transaction, filter: EventFilter): Promise<number> {
  let sum = 0;
  for (const statement of countStatements(tx.scope, filter)) sum += await counted(tx, statement);
  return sum;
}

async function counted(tx: Transaction, statement: Statement): Promise<number> {
  const [row] = await query<{ count: string }>(tx, statement);
  return Number(row!.count);
}

function query<Row>({ manager }: Transaction, { sql, values }: Statement): Promise<Row[]> {
  return inTime(manager.query<Row[]>(sql, [...values]));
}

async function inTime<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if ((error as { code?: unknown }).code !== STATEMENT_TIMEOUT) throw error;
    const message = 'This query takes too long: ask for a shorter time, or filter by event_name or distinct_id';
    throw new AppError('overloaded', message, [], { cause: error });
  }
}
