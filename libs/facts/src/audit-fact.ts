import { AuditRecordedV1, type FactDraft, type FactOf, type Origin } from '#libs/contracts';
import { redact } from '#libs/observability';

export type AuditData = FactOf<typeof AuditRecordedV1>['data'];

/** What a use case says about its mutation; the rest of the entry comes from the origin. */
export interface AuditDraft {
  /** Entity + Action: `FlagUpdated` (specification 08). */
  readonly event: string;
  /** `insert`, `update`, `delete` or the verb. */
  readonly action: string;
  readonly resourceType: string;
  readonly resourceId: string;
  readonly resourceKey?: string;
  /** The environment's name. */
  readonly environment?: string;
  /** Snapshots; secrets in them are redacted here. Absent before an insert. */
  readonly before?: unknown;
  /** Absent after a delete. */
  readonly after?: unknown;
  readonly reason?: string;
  readonly note?: string;
  /** Default: by the action, specification 08. */
  readonly severity?: AuditData['severity'];
  readonly metadata?: Readonly<Record<string, unknown>>;
}

const severities: ReadonlyMap<string, AuditData['severity']> = new Map([
  ...['archive', 'restore', 'delete', 'activate', 'deactivate', 'revoke', 'merge'].map((a) => [a, 'notice'] as const),
  ...['deny', 'denied', 'reuse', 'reused'].map((a) => [a, 'warning'] as const),
]);

/** The fact of an audit entry, in the scope of its origin. */
export function auditFact(origin: Origin, entry: AuditDraft): FactDraft<AuditData> {
  return AuditRecordedV1.of(origin, {
    event: entry.event,
    severity: entry.severity ?? severities.get(entry.action) ?? 'info',
    action: entry.action,
    resource_type: entry.resourceType,
    resource_id: entry.resourceId,
    resource_key: entry.resourceKey ?? null,
    environment: entry.environment ?? null,
    before: redact(entry.before),
    after: redact(entry.after),
    reason: entry.reason ?? null,
    note: entry.note ?? null,
    request_id: origin.request_id,
    user_agent: origin.user_agent ?? null,
    metadata: redact(entry.metadata ?? {}) as Record<string, unknown>,
  });
}
