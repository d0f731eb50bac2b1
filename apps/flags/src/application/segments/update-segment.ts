import { SegmentUpdatedV1, type IfVersion, type Origin, type SegmentPatch, type SegmentView, type Written } from '#libs/contracts'; // prettier-ignore
import { editSegment } from '../../domain/targeting/segment.js';
import { checkUsesOfPatterns } from '../configs/check-patterns.js';
import { findOwnAtVersion } from '../find.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { recordChange, segmentKind } from '../record-change.js';
import { segmentView } from '../views.js';
import { checkSegmentUses } from './check-segment-uses.js';

type Command = { key: string; patch: SegmentPatch } & IfVersion;

export class UpdateSegment {
  constructor(private readonly uow: UnitOfWork) {}

  execute({ key, patch, if_version }: Command, origin: Origin): Promise<Written<SegmentView>> {
    return this.uow.change(
      origin,
      async (tx) => {
        const before = await findOwnAtVersion(tx.segments, 'segment', key, if_version);
        const after = editSegment(before, patch, tx.now);
        if (after === before) return segmentView(before);
        await checkSegmentUses(tx, after);
        const { scope, conditions } = after;
        await checkUsesOfPatterns(tx, { scope, kind: 'segment', name: key, conditions });
        await tx.segments.save(after);
        recordChange(tx, segmentKind, {
          before,
          after,
          event: 'SegmentUpdated',
          action: 'update',
          fact: (version) => SegmentUpdatedV1.of(origin, { segment_key: key, version }),
        });
        return segmentView(after);
      },
      { refersToPlatform: patch.conditions !== undefined },
    );
  }
}
