import canonicalize from 'canonicalize';
import { DeadLetterBox, type Bus } from '#libs/bus';
import { jsonDiff, type FactPublisher } from '#libs/facts';
import type { Logger } from '#libs/observability';
import { Inbox, OutboxRelay, type Database } from '#libs/postgres';
import { ListDeadLetters } from './application/dead-letters/list-dead-letters.js';
import { ReplayDeadLetter } from './application/dead-letters/replay-dead-letter.js';
import { ListEntries } from './application/entries/list-entries.js';
import { ReadEntry } from './application/entries/read-entry.js';
import { RecordEntry } from './application/entries/record-entry.js';
import { PostgresEntries } from './db/entry.store.js';
import { PostgresLedger } from './db/ledger.store.js';
import { PostgresReplays } from './db/replay.store.js';

export interface AuditDependencies {
  readonly database: Database;
  readonly bus: Bus;
  readonly publisher: FactPublisher;
  readonly logger: Logger;
}

export type Audit = ReturnType<typeof composeAudit>;

/** The audit service: its stores, use cases and outbox relay. */
export function composeAudit({ database, bus, publisher, logger }: AuditDependencies) {
  const deadLetters = new DeadLetterBox(bus);
  const replays = new PostgresReplays(database);
  const entries = new PostgresEntries(database);
  const ledger = new PostgresLedger(new Inbox(database));
  return {
    database,
    relay: new OutboxRelay(database, publisher, { log: logger }),
    recordEntry: new RecordEntry(ledger, { canonical, diff: jsonDiff }),
    listEntries: new ListEntries(entries),
    readEntry: new ReadEntry(entries),
    listDeadLetters: new ListDeadLetters(deadLetters, replays),
    replayDeadLetter: new ReplayDeadLetter(deadLetters, replays),
  };
}

/** Canonical JSON (RFC 8785). @throws TypeError for what JSON cannot represent */
export function canonical(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('Not a JSON value');
  return text;
}
