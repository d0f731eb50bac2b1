import type { AuditDraft, EventFilter, EventView, Origin, Page } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import {
  decodeCursor,
  pageOf,
  type CursorPosition,
  type CursorScope,
  type Database,
  type Transaction,
} from '#libs/postgres';
import type { EventPage, Events } from '../application/events/ports.js';
import { countQuery, eventView, pageQuery, type Statement, type StoredEvent } from './event-sql.js';
import { countStatements } from './hourly-count.js';

const ROUTE = 'events';
/** Events of one query: properties may have 64 KiB an event. One more than a full page of the API, to see whether more follow. */
const BATCH_EVENTS = 201;
/** Half of the largest message of our NATS servers: JSON inside of an answer may grow. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;
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
  const events: EventView[] = [];
  let bytes = 0;
  await tx.manager.query(IN_ORDER);
  for await (const event of eventsInOrder(tx, filter, { order, after, limit: limit + 1 })) {
    bytes += Buffer.byteLength(JSON.stringify(event));
    const isFull = events.length === limit || (bytes > MAX_ANSWER_BYTES && events.length > 0);
    if (isFull) return pageOf([...events, event], { limit: events.length }, scope, asPage);
    events.push(event);
  }
  return pageOf(events, { limit }, scope, asPage);
}

const asPage = { positionOf, view: (event: EventView): EventView => event };

function positionOf({ timestamp, event_id }: EventView): CursorPosition {
  return { created_at: timestamp, id: event_id };
}

interface Reading {
  readonly order: Page['order'];
  readonly after: CursorPosition | undefined;
  readonly limit: number;
}

/** Events after a position, read in batches; a reader that stops early saves the rest of the queries. */
async function* eventsInOrder(
  tx: Transaction,
  filter: EventFilter,
  { order, after, limit }: Reading,
): AsyncGenerator<EventView> {
  let position = after;
  for (let left = limit; left > 0; left -= BATCH_EVENTS) {
    const wanted = Math.min(BATCH_EVENTS, left);
    const rows = await query<StoredEvent>(tx, pageQuery(tx.scope, filter, order, position, wanted));
    const events = rows.map(eventView);
    yield* events;
    if (rows.length < wanted) return;
    position = positionOf(events.at(-1)!);
  }
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

async function query<Row>({ manager }: Transaction, { sql, values }: Statement): Promise<Row[]> {
  try {
    return await manager.query<Row[]>(sql, [...values]);
  } catch (error) {
    if ((error as { code?: unknown }).code !== STATEMENT_TIMEOUT) throw error;
    const message = 'This query takes too long: ask for a shorter time, or filter by event_name or distinct_id';
    throw new AppError('overloaded', message, [], { cause: error });
  }
}
