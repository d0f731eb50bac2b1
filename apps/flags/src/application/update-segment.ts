import { SegmentUpdatedV1, type IfVersion, type Origin, type SegmentPatch, type SegmentView, type Written } from '#libs/contracts'; // prettier-ignore
import { editSegment } from '../domain/segment.js';
import { checkVersion } from '../domain/versions.js';
import { checkSegmentUses } from './check-segment-uses.js';
import { findSegment } from './find-segment.js';
import type { UnitOfWork } from './ports.js';
import { recordSegment } from './record-segment.js';
import { segmentView } from './views.js';

export class UpdateSegment {
  constructor(private readonly uow: UnitOfWork) {}

  execute(command: { key: string; patch: SegmentPatch } & IfVersion, origin: Origin): Promise<Written<SegmentView>> {
    return this.uow.change(
      origin,
      async (tx) => {
        const before = await findSegment(tx.segments, command.key);
        checkVersion(`The segment ${command.key}`, before.version, command.if_version);
        const after = editSegment(before, command.patch, tx.now);
        if (after === before) return segmentView(before);
        await checkSegmentUses(tx, after);
        await tx.segments.save(after);
        recordSegment(tx, origin, { before, after, event: 'SegmentUpdated', action: 'update', fact: SegmentUpdatedV1 });
        return segmentView(after);
      },
      { refersToPlatform: command.patch.conditions !== undefined },
    );
  }
}
