import { z } from 'zod';
import { defineFact } from '../define-fact.js';

const environment = z.object({
  environment_id: z.string(),
  name: z.string(),
  color: z.string().nullable(),
  protected: z.boolean(),
  position: z.number().int(),
  version: z.number().int(),
});

export const EnvironmentCreatedV1 = defineFact('environment.created', 1, 'An environment was created.', environment);

export const EnvironmentUpdatedV1 = defineFact(
  'environment.updated',
  1,
  'The color, protection or position of an environment changed. Its name never changes.',
  environment,
);

export const EnvironmentDeletedV1 = defineFact(
  'environment.deleted',
  1,
  'An environment without active API keys was deleted.',
  environment,
);
