import { z } from 'zod';
import { defineFact } from '../define-fact.js';

/** `version` is the ruleset version of this scope after the change. */
const segment = z.object({ segment_key: z.string(), version: z.number().int().positive() });

export const SegmentCreatedV1 = defineFact('segment.created', 1, 'A segment was created.', segment);

export const SegmentUpdatedV1 = defineFact(
  'segment.updated',
  1,
  'A segment changed. Every flag, strategy and segment that refers to it may evaluate differently.',
  segment,
);

export const SegmentDeletedV1 = defineFact('segment.deleted', 1, 'A segment without references was deleted.', segment);
