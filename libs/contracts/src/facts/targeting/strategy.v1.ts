import { z } from 'zod';
import { defineFact } from '../define-fact.js';

/** `version` is the ruleset version of this scope after the change. */
const strategy = z.object({ strategy_id: z.string(), name: z.string(), version: z.number().int().positive() });

export const StrategyCreatedV1 = defineFact('strategy.created', 1, 'A strategy was created.', strategy);

export const StrategyUpdatedV1 = defineFact(
  'strategy.updated',
  1,
  'A strategy changed, or a step of its schedule began. Every flag that uses the strategy may evaluate differently.',
  strategy.extend({
    cause: z.literal('schedule').optional().describe('Present when a step of its schedule began, without an edit'),
  }),
);

export const StrategyDeletedV1 = defineFact(
  'strategy.deleted',
  1,
  'A strategy that no flag used was deleted.',
  strategy,
);
