import type { AuditDraft, FactDraft, Origin } from '#libs/contracts';
import type { FactOutbox } from './ports/unit-of-work.js';

/** What a change queues: a fact for other services and an audit entry. */
export interface Change<D> {
  readonly fact: FactDraft<D>;
  readonly audit: AuditDraft;
}

/** Queues the fact and then the audit entry, in the transaction of the change. */
export async function recordChange<D>(outbox: FactOutbox, origin: Origin, { fact, audit }: Change<D>): Promise<void> {
  await outbox.add(fact);
  await outbox.audit(origin, audit);
}

type Resource = 'resourceType' | 'resourceId' | 'resourceKey' | 'environment' | 'environmentId';
interface Audited extends Pick<AuditDraft, Resource> {
  /** The event of each kind of change: `{ insert: 'MemberAdded', … }`. */
  readonly events: Readonly<Record<'insert' | 'update' | 'delete', string>>;
}

/** The audit entry of a creation (no `before`), an update, or a deletion (no `after`). */
export function auditOfChange(
  { events, ...resource }: Audited,
  { before, after }: { readonly before?: unknown; readonly after?: unknown },
): AuditDraft {
  const action = before === undefined ? 'insert' : after === undefined ? 'delete' : 'update';
  return { event: events[action], action, ...resource, before, after };
}
