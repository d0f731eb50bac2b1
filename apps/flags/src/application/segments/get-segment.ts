import type { Origin, SegmentView } from '#libs/contracts';
import { findInReach } from '../find.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { segmentView } from '../views.js';

export class GetSegment {
  constructor(private readonly uow: UnitOfWork) {}

  execute({ key }: { key: string }, origin: Origin): Promise<SegmentView> {
    return this.uow.read(origin.scope, async ({ segments }) =>
      segmentView(await findInReach(segments, 'segment', key)),
    );
  }
}
