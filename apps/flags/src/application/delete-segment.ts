import { SegmentDeletedV1, type IfVersion, type Origin, type SegmentView, type Written } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import { checkVersion } from '../domain/versions.js';
import { findSegment } from './find-segment.js';
import type { Change, UnitOfWork } from './ports.js';
import { recordSegment } from './record-segment.js';
import { segmentView } from './views.js';

export class DeleteSegment {
  constructor(private readonly uow: UnitOfWork) {}

  /** Answers what it was. */
  execute({ key, if_version }: { key: string } & IfVersion, origin: Origin): Promise<Written<SegmentView>> {
    return this.uow.change(origin, async (tx) => {
      const before = await findSegment(tx.segments, key);
      checkVersion(`The segment ${key}`, before.version, if_version);
      await refuseInUse(tx, key);
      await tx.segments.remove(before, tx.now);
      recordSegment(tx, origin, { before, event: 'SegmentDeleted', action: 'delete', fact: SegmentDeletedV1 });
      return segmentView(before);
    });
  }
}

async function refuseInUse({ configs, strategies, segments }: Change, key: string): Promise<void> {
  const details = [
    ...(await configs.usingSegment(key)).map(({ flagKey, environment }) => ({
      message: 'a rule uses it',
      flag_key: flagKey,
      environment,
    })),
    ...(await strategies.usingSegment(key)).map((strategy_id) => ({ message: 'a strategy uses it', strategy_id })),
    ...(await segments.using(key)).map((segment_key) => ({ message: 'a segment uses it', segment_key })),
  ];
  if (details.length === 0) return;
  throw new AppError('segment_in_use', `${key} is in use; take it out of what names it first`, details);
}
