import { z } from 'zod';
import { defineFact } from '../define-fact.js';

const organization = z.object({
  org_id: z.string(),
  slug: z.string(),
  name: z.string(),
  version: z.number().int(),
  capture_ip: z.boolean().optional().describe('Whether the IP address of a captured event is stored with it'),
  event_retention_days: z.number().int().optional().describe('Days after which an event is deleted'),
});

export const OrganizationCreatedV1 = defineFact(
  'organization.created',
  1,
  'An organization was created, with its first admin and the environments `dev` and `prod`.',
  organization,
);

export const OrganizationUpdatedV1 = defineFact(
  'organization.updated',
  1,
  'The name or a setting of an organization changed.',
  organization,
);
