import { SegmentCreatedV1, type SegmentDraft, type SegmentView, type Origin, type Written } from '#libs/contracts';
import { AppError, type Clock, type Ids } from '#libs/kernel';
import { newSegment } from '../../domain/targeting/segment.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { assertRoom, DEFAULT_QUOTAS, type ObjectQuotas } from '../quota.js';
import { recordChange, segmentKind } from '../record-change.js';
import { segmentView } from '../views.js';
import { checkSegmentUses } from './check-segment-uses.js';

export class CreateSegment {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly ids: Ids,
    private readonly clock: Clock,
    private readonly quotas: ObjectQuotas = DEFAULT_QUOTAS,
  ) {}

  async execute(draft: SegmentDraft, origin: Origin): Promise<Written<SegmentView>> {
    const after = newSegment(draft, { id: this.ids.next(), scope: origin.scope, at: this.clock.now() });
    return this.uow.change(
      origin,
      async (tx) => {
        if ((await tx.segments.find(after.key)) !== undefined) {
          throw new AppError('already_exists', `There is a segment ${after.key} already`);
        }
        await assertRoom(tx, 'segments', { quotas: this.quotas });
        await checkSegmentUses(tx, after);
        await tx.segments.insert(after);
        recordChange(tx, segmentKind, {
          after,
          event: 'SegmentCreated',
          action: 'insert',
          fact: (version) => SegmentCreatedV1.of(origin, { segment_key: after.key, version }),
        });
        return segmentView(after);
      },
      { refersToPlatform: true },
    );
  }
}
