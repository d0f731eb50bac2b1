import { z } from 'zod';
import { defineFact } from '../define-fact.js';

const flag = {
  flag_key: z.string(),
  version: z.number().int().positive().describe('The ruleset version of this scope after the change'),
};

export const FlagCreatedV1 = defineFact(
  'flag.created',
  1,
  'A flag was created. It is off in every environment.',
  z.object({ ...flag, type: z.string(), name: z.string() }),
);

export const FlagUpdatedV1 = defineFact(
  'flag.updated',
  1,
  'A flag or its configuration in some environments changed, or a step of one of its schedules began.',
  z.object({
    ...flag,
    changed: z.array(z.enum(['details', 'variants', 'prerequisites', 'config'])),
    environments: z.array(z.string()).describe('Names of the environments with a changed configuration'),
    cause: z.literal('schedule').optional().describe('Present when a step of a schedule began, without an edit'),
  }),
);

export const FlagArchivedV1 = defineFact(
  'flag.archived',
  1,
  'A flag was archived. It is no longer evaluated.',
  z.object(flag),
);

export const FlagRestoredV1 = defineFact(
  'flag.restored',
  1,
  'An archived flag was restored with the configuration it had.',
  z.object(flag),
);

export const FlagDeletedV1 = defineFact(
  'flag.deleted',
  1,
  'An archived flag was deleted permanently. Its flag key can be used again.',
  z.object(flag),
);
