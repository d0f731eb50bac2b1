import { AuditRecordedV1, type AuditData, type AuditDraft, type FactDraft, type Origin } from '#libs/contracts';
import { redact, redactText } from '#libs/observability';

const severities: ReadonlyMap<string, AuditData['severity']> = new Map([
  ...['archive', 'restore', 'delete', 'activate', 'deactivate', 'revoke', 'merge'].map((a) => [a, 'notice'] as const),
  ...['deny', 'denied', 'reuse', 'reused'].map((a) => [a, 'warning'] as const),
]);

/** The fact of an audit entry, in the scope of its origin. Redacts secrets in the snapshots, and secrets and personal data in free texts. */
export function auditFact(origin: Origin, entry: AuditDraft): FactDraft<AuditData> {
  const data: AuditData = {
    event: entry.event,
    severity: entry.severity ?? severities.get(entry.action) ?? 'info',
    action: entry.action,
    resource_type: entry.resourceType,
    resource_id: entry.resourceId,
    resource_key: entry.resourceKey ?? null,
    environment: entry.environment ?? null,
    before: redact(entry.before),
    after: redact(entry.after),
    reason: freeText(entry.reason),
    note: freeText(entry.note),
    request_id: origin.request_id,
    user_agent: freeText(origin.user_agent),
    ip: origin.ip ?? null,
    metadata: redact(entry.metadata ?? {}) as Record<string, unknown>,
  };
  return AuditRecordedV1.of(origin, data, entry.environmentId);
}

function freeText(text: string | undefined): string | null {
  return text === undefined ? null : redactText(text);
}
