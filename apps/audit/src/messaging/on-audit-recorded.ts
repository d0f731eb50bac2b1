import type { FactHandler } from '#libs/bus';
import type { RecordEntry } from '../application/entries/record-entry.js';
import type { AuditFact } from '../domain/entry.js';

/** The cast is safe: the durable receives `audit.>` alone, and the consumer checks the schema of each fact first. */
export const onAuditRecorded =
  (recordEntry: RecordEntry): FactHandler =>
  (fact) =>
    recordEntry.execute(fact as AuditFact);
