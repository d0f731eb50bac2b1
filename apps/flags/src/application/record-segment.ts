import type { FactDraft, Origin } from '#libs/contracts';
import { segmentDocument } from '../domain/documents.js';
import type { Segment } from '../domain/segment.js';
import type { Change } from './ports.js';
import { segmentView } from './views.js';

interface Recorded {
  readonly before?: Segment;
  readonly after?: Segment;
  readonly event: string;
  readonly action: string;
  readonly fact: { of(origin: Origin, data: { segment_key: string; version: number }): FactDraft };
}

/** Delta, fact and audit entry of a segment that was written; without `after` it is gone. */
export function recordSegment(tx: Change, origin: Origin, recorded: Recorded): void {
  const { before, after, event, action, fact } = recorded;
  const { id, key } = (after ?? before)!;
  if (after === undefined) tx.ruleset.remove(`segment:${key}`);
  else tx.ruleset.put(segmentDocument(after));
  tx.facts.add((version) => fact.of(origin, { segment_key: key, version }));
  tx.audit({
    event,
    action,
    resourceType: 'segment',
    resourceId: id,
    resourceKey: key,
    before: before && segmentView(before),
    after: after && segmentView(after),
  });
}
