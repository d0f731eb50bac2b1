import { z } from 'zod';
import { defineFact } from '../define-fact.js';

const count = z.object({
  flag_key: z.string(),
  environment_id: z.string(),
  environment: z.string().describe('Name of the environment'),
  variant: z.string(),
  reason: z.string().describe('`default`, `disabled`, `target`, `strategy`, `prerequisite`, `kill_switch`, `error`'),
  count: z.number().int().positive(),
});

export const EvaluationCountedV1 = defineFact(
  'evaluation.counted',
  1,
  'Flags were evaluated. Each process publishes its counts every 5 s, by flag, environment, variant and type of reason. Every evaluation is in exactly one fact, so counts can be added up.',
  z.object({
    from: z.string().describe('RFC 3339, by the clock of the process'),
    to: z.string(),
    counts: z.array(count),
  }),
);
