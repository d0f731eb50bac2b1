import type { AuditRecordedV1 } from './facts/audit/audit-recorded.v1.js';
import type { FactOf } from './facts/define-fact.js';

/** The data of the fact `audit.recorded`. */
export type AuditData = FactOf<typeof AuditRecordedV1>['data'];

/** The audit entry of a mutation as a use case describes it; actor, scope and request come from the origin. */
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
  /** Its id, for the envelope of the fact. */
  readonly environmentId?: string;
  /** Snapshot; secrets are redacted when the fact is made. Absent for an insert. */
  readonly before?: unknown;
  /** Absent for a delete. */
  readonly after?: unknown;
  readonly reason?: string;
  readonly note?: string;
  /** Default: by the action (specification 08). */
  readonly severity?: AuditData['severity'];
  readonly metadata?: Readonly<Record<string, unknown>>;
}
