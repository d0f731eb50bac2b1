import {
  EXPORT_MAX_EVENTS,
  type EventFilter,
  type EventView,
  type ExportFormat,
  type ExportPart,
  type Origin,
  type Page,
  type Scope,
} from '#libs/contracts';
import { AppError } from '#libs/kernel';
import { decodeCursor, encodeCursor, type Database, type Transaction } from '#libs/postgres';
import { EventQueries, type Listed } from '../application/event-queries.js';
import { countQuery, pageQuery, toView, type EventRecord, type Position, type Statement } from './event-sql.js';
import { countStatements } from './hourly-count.js';

const ROUTE = 'events';
const PART_EVENTS = 1_000;
/** Read at once: properties may be 64 KiB an event. */
const BATCH_EVENTS = 200;
/** Half of what our NATS servers take: JSON inside of an answer may grow. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;
const STATEMENT_TIMEOUT = '57014';

/**
 * Postgres takes any property for a rare one, and would rather read all events and sort them than go down an index that has them
 * in order: 2 s instead of milliseconds. What follows in the transaction is planned like that.
 */
const IN_ORDER = `select set_config(name, 'off', true)
  from unnest(array['enable_sort', 'enable_bitmapscan', 'enable_seqscan']) as name`;

interface Taken {
  readonly events: readonly EventView[];
  readonly hasMore: boolean;
}

export class PostgresEventQueries extends EventQueries {
  constructor(private readonly database: Database) {
    super();
  }

  override list(scope: Scope, filter: EventFilter, page: Page, withTotal: boolean): Promise<Listed> {
    return this.database.read(scope, async (tx) => {
      const total = withTotal ? { total: await count(tx, filter) } : {};
      const { events, hasMore } = await take(tx, filter, page);
      const data = {
        data: events,
        has_more: hasMore,
        next_cursor: hasMore ? cursorAfter(scope, events.at(-1)!) : null,
      };
      return { ...data, ...total };
    });
  }

  override count(scope: Scope, filter: EventFilter): Promise<number> {
    return this.database.read(scope, (tx) => count(tx, filter));
  }

  override beginExport(origin: Origin, filter: EventFilter, format: ExportFormat): Promise<void> {
    return this.database.transaction(origin.scope, async (tx) => {
      const matching = await counted(tx, countQuery(tx.scope, filter, EXPORT_MAX_EVENTS + 1));
      if (matching > EXPORT_MAX_EVENTS) throw tooMany();
      await tx.outbox.audit(origin, {
        event: 'EventsExported',
        action: 'export',
        resourceType: 'events',
        resourceId: origin.scope,
        metadata: { format, filter, count: matching },
      });
    });
  }

  override exportPart(scope: Scope, filter: EventFilter, cursor: string | undefined): Promise<ExportPart> {
    return this.database.read(scope, async (tx) => {
      const { events, hasMore } = await take(tx, filter, { limit: PART_EVENTS, order: 'desc', cursor });
      return { events, next_cursor: hasMore ? cursorAfter(scope, events.at(-1)!) : null };
    });
  }
}

/** So many events as were asked for, or as fit into an answer; at least one, if there is one. */
async function take(tx: Transaction, filter: EventFilter, { limit, order, cursor }: Page): Promise<Taken> {
  const events: EventView[] = [];
  let after = cursor === undefined ? undefined : positionOf(tx.scope, cursor);
  let bytes = 0;
  await tx.manager.query(IN_ORDER);
  while (events.length < limit) {
    const wanted = Math.min(BATCH_EVENTS, limit - events.length);
    const rows = await query<EventRecord>(tx, pageQuery(tx.scope, filter, order, after, wanted + 1));
    for (const event of rows.slice(0, wanted).map(toView)) {
      bytes += Buffer.byteLength(JSON.stringify(event));
      if (bytes > MAX_ANSWER_BYTES && events.length > 0) return { events, hasMore: true };
      events.push(event);
    }
    if (rows.length <= wanted) return { events, hasMore: false };
    after = placeOf(events.at(-1)!);
  }
  return { events, hasMore: true };
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
    const message = 'This takes too long: ask for a shorter time, or by event_name or distinct_id';
    throw new AppError('overloaded', message, [], { cause: error });
  }
}

function positionOf(scope: Scope, cursor: string): Position {
  const { created_at: timestamp, id } = decodeCursor(cursor, { route: ROUTE, org: scope });
  return { timestamp, id };
}

function placeOf({ timestamp, event_id: id }: EventView): Position {
  return { timestamp, id };
}

function cursorAfter(scope: Scope, { timestamp, event_id }: EventView): string {
  return encodeCursor({ route: ROUTE, org: scope, created_at: timestamp, id: event_id });
}

function tooMany(): AppError {
  const message = `More than ${EXPORT_MAX_EVENTS} events match, and nothing was exported: narrow it down by time or name`;
  return new AppError('too_large', message, [{ message, limit: EXPORT_MAX_EVENTS }]);
}
