import { segmentsIn } from '#libs/kernel';
import { refuseSegmentCycle, type Segment } from '../../domain/targeting/segment.js';
import { checkSegmentsExist } from '../configs/check-rule-references.js';
import type { Stores } from '../ports/stores.js';

/** Checks that a segment may use the segments in its conditions. @throws AppError `unknown_segment`, `segment_cycle` */
export async function checkSegmentUses(stores: Pick<Stores, 'segments'>, { key, conditions }: Segment): Promise<void> {
  const used = segmentsIn(conditions);
  if (used.length === 0) return;
  refuseSegmentCycle(key, used, await stores.segments.graph());
  await checkSegmentsExist(stores, used, 'conditions');
}
