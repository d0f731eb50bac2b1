import { segmentsIn } from '../domain/references.js';
import { refuseSegmentCycle, type Segment } from '../domain/segment.js';
import { checkSegments } from './check-rule-references.js';
import type { Stores } from './ports.js';

/** Whether a segment may use the segments it uses. @throws AppError `unknown_segment`, `segment_cycle` */
export async function checkSegmentUses(stores: Pick<Stores, 'segments'>, { key, conditions }: Segment): Promise<void> {
  const used = segmentsIn(conditions);
  if (used.length === 0) return;
  refuseSegmentCycle(key, used, await stores.segments.graph());
  await checkSegments(stores, used, 'conditions');
}
