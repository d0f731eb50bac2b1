import { EXPORT_MAX_EVENTS, type AuditDraft, type EventFilter, type ExportFormat } from '#libs/contracts';
import { AppError } from '#libs/kernel';

export interface Export {
  readonly filter: EventFilter;
  readonly format: ExportFormat;
  /** The number of matching events. */
  readonly matching: number;
}

/** The audit entry of an export. @throws AppError `too_large` when more than `EXPORT_MAX_EVENTS` events match */
export function exportEntry(orgId: string, { filter, format, matching }: Export): AuditDraft {
  if (matching > EXPORT_MAX_EVENTS) throw tooLarge();
  return {
    event: 'EventsExported',
    action: 'export',
    resourceType: 'events',
    resourceId: orgId,
    metadata: { format, filter, count: matching },
  };
}

function tooLarge(): AppError {
  const message = `More than ${EXPORT_MAX_EVENTS} events match, and none was exported: filter by time or name`;
  return new AppError('too_large', message, [{ message, limit: EXPORT_MAX_EVENTS }]);
}
