import { SegmentCreatedV1, type SegmentDraft, type SegmentView, type Origin, type Written } from '#libs/contracts';
import { AppError, type Clock, type Ids } from '#libs/kernel';
import { newSegment } from '../domain/segment.js';
import { checkSegmentUses } from './check-segment-uses.js';
import type { UnitOfWork } from './ports.js';
import { recordSegment } from './record-segment.js';
import { segmentView } from './views.js';

export class CreateSegment {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  async execute(draft: SegmentDraft, origin: Origin): Promise<Written<SegmentView>> {
    const after = newSegment(draft, { id: this.ids.next(), scope: origin.scope, at: this.clock.now() });
    return this.uow.change(
      origin,
      async (tx) => {
        if ((await tx.segments.find(after.key)) !== undefined) {
          throw new AppError('already_exists', `There is a segment ${after.key} already`);
        }
        await checkSegmentUses(tx, after);
        await tx.segments.insert(after);
        recordSegment(tx, origin, { after, event: 'SegmentCreated', action: 'insert', fact: SegmentCreatedV1 });
        return segmentView(after);
      },
      { refersToPlatform: true },
    );
  }
}
