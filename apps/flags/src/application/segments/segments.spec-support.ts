import type { Condition, Origin, SegmentDraft } from '#libs/contracts';
import { inMemoryWorld } from '../../../test/in-memory/world.js';
import { CreateSegment } from './create-segment.js';

export const inSegment = (segment: string): Condition => ({ segment, operator: 'in' });

/** A world with `segment(origin, key)`, which creates one and keeps no facts of it. */
export function segmentWorld() {
  const world = inMemoryWorld();
  const createSegment = new CreateSegment(world.uow, world.ids, world.clock);
  const segment = async (origin: Origin, key: string, draft: Partial<SegmentDraft> = {}): Promise<void> => {
    await createSegment.execute({ key, name: key, ...draft }, origin);
    world.facts(origin);
  };
  return { ...world, createSegment, segment };
}
