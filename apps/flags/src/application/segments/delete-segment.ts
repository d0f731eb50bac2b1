import { SegmentDeletedV1, type IfVersion, type Origin, type SegmentView, type Written } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import { findOwnAtVersion } from '../find.js';
import type { Stores } from '../ports/stores.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { recordChange, segmentKind } from '../record-change.js';
import { segmentView } from '../views.js';

export class DeleteSegment {
  constructor(private readonly uow: UnitOfWork) {}

  /** Returns the last state. */
  execute({ key, if_version }: { key: string } & IfVersion, origin: Origin): Promise<Written<SegmentView>> {
    return this.uow.change(origin, async (tx) => {
      const before = await findOwnAtVersion(tx.segments, 'segment', key, if_version);
      await refuseInUse(tx, key);
      await tx.segments.remove(before, tx.now);
      recordChange(tx, segmentKind, {
        before,
        event: 'SegmentDeleted',
        action: 'delete',
        fact: (version) => SegmentDeletedV1.of(origin, { segment_key: key, version }),
      });
      return segmentView(before);
    });
  }
}

async function refuseInUse({ configs, strategies, segments }: Stores, key: string): Promise<void> {
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
  throw new AppError('segment_in_use', `${key} is in use; remove it from the objects that use it first`, details);
}
