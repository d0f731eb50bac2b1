import type { AuditDraft, DocumentRef, FactDraft, RulesetDocument } from '#libs/contracts';
import { killSwitchDocument, segmentDocument, strategyDocument } from '../domain/documents.js';
import type { KillSwitch } from '../domain/kill-switches/kill-switch.js';
import type { Segment } from '../domain/targeting/segment.js';
import type { Strategy } from '../domain/targeting/strategy.js';
import type { Change } from './ports/unit-of-work.js';
import { killSwitchView, segmentView, strategyView } from './views.js';

/** How objects of one kind appear in rulesets and in the audit log. */
interface Kind<T> {
  readonly resourceType: string;
  readonly ref: (object: T) => DocumentRef;
  readonly document: (object: T) => RulesetDocument;
  readonly view: (object: T) => object;
}

interface Recorded<T> {
  /** Absent for a new object. */
  readonly before?: T;
  /** Absent for a deleted object. */
  readonly after?: T;
  readonly event: string;
  readonly action: string;
  readonly fact: (version: number) => FactDraft;
  readonly reason?: string;
  /** Default: by the action. */
  readonly severity?: AuditDraft['severity'];
}

export const killSwitchKind: Kind<KillSwitch> = {
  resourceType: 'kill_switch',
  ref: ({ key }) => `kill_switch:${key}`,
  document: killSwitchDocument,
  view: killSwitchView,
};
export const segmentKind: Kind<Segment> = {
  resourceType: 'segment',
  ref: ({ key }) => `segment:${key}`,
  document: segmentDocument,
  view: segmentView,
};
export const strategyKind: Kind<Strategy> = {
  resourceType: 'strategy',
  ref: ({ id }) => `strategy:${id}`,
  document: strategyDocument,
  view: strategyView,
};

/** Queues the delta, the fact and the audit entry of an object that was written or deleted. */
export function recordChange<T extends { readonly id: string; readonly key?: string }>(
  tx: Pick<Change, 'ruleset' | 'facts' | 'audit'>,
  { resourceType, ref, document, view }: Kind<T>,
  { before, after, event, action, fact, reason, severity }: Recorded<T>,
): void {
  const { id, key } = (after ?? before)!;
  if (after === undefined) tx.ruleset.remove(ref(before!));
  else tx.ruleset.put(document(after));
  tx.facts.add(fact);
  tx.audit({
    event,
    action,
    resourceType,
    resourceId: id,
    resourceKey: key,
    before: before && view(before),
    after: after && view(after),
    reason,
    severity,
  });
}
