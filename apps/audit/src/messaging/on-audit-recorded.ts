import type { FactHandler } from '#libs/bus';
import type { RecordEntry } from '../application/entries/record-entry.js';
import type { AuditFact } from '../domain/entry.js';

/** The durable takes `audit.>` alone, and the schema was checked before. */
export const onAuditRecorded =
  (recordEntry: RecordEntry): FactHandler =>
  (fact) =>
    recordEntry.execute(fact as AuditFact);
