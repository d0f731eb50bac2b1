import { z } from 'zod';
import { defineFact } from './define-fact.js';

/** What one process evaluated for an organization since it told last, about 5 s. Counts add up: each is told once. */
export const EvaluationCountedV1 = defineFact(
  'evaluation.counted',
  1,
  z.object({
    from: z.string().describe('RFC 3339, by the clock of the process'),
    to: z.string(),
    counts: z.array(
      z.object({
        flag_key: z.string(),
        environment_id: z.string(),
        environment: z.string().describe('Its name'),
        variant: z.string(),
        reason: z
          .string()
          .describe('`default`, `disabled`, `target`, `strategy`, `prerequisite`, `kill_switch`, `error`'),
        count: z.number().int().positive(),
      }),
    ),
  }),
);
