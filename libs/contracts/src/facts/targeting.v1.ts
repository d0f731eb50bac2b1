import { z } from 'zod';
import { defineFact } from './define-fact.js';

/** The ruleset's version of this scope after the change. */
const version = z.number().int().positive();
const strategy = z.object({ strategy_id: z.string(), name: z.string(), version });
const segment = z.object({ segment_key: z.string(), version });

export const StrategyCreatedV1 = defineFact('strategy.created', 1, strategy);
export const StrategyUpdatedV1 = defineFact(
  'strategy.updated',
  1,
  strategy.extend({
    cause: z.literal('schedule').optional().describe('A step of its schedule began; nobody edited anything'),
  }),
);
export const StrategyDeletedV1 = defineFact('strategy.deleted', 1, strategy);
export const SegmentCreatedV1 = defineFact('segment.created', 1, segment);
export const SegmentUpdatedV1 = defineFact('segment.updated', 1, segment);
export const SegmentDeletedV1 = defineFact('segment.deleted', 1, segment);

export const targetingFacts = [
  StrategyCreatedV1, StrategyUpdatedV1, StrategyDeletedV1, SegmentCreatedV1, SegmentUpdatedV1, SegmentDeletedV1,
] as const; // prettier-ignore
