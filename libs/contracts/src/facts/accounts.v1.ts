import { z } from 'zod';
import { KEY_TYPES } from '../api-keys.js';
import { defineFact } from './define-fact.js';

const organization = z.object({
  org_id: z.string(),
  slug: z.string(),
  name: z.string(),
  version: z.number().int(),
  capture_ip: z.boolean().optional().describe('Whether the address that an event came from is stored with it'),
  event_retention_days: z.number().int().optional().describe('Days after which an event is deleted'),
});
const environment = z.object({
  environment_id: z.string(),
  name: z.string(),
  color: z.string().nullable(),
  protected: z.boolean(),
  position: z.number().int(),
  version: z.number().int(),
});
const member = z.object({ user_id: z.string(), role: z.string(), permissions: z.array(z.string()) });
const apiKey = z.object({ key_id: z.string(), lookup_id: z.string(), key_type: z.enum(KEY_TYPES) });

export const OrganizationCreatedV1 = defineFact('organization.created', 1, organization);
export const OrganizationUpdatedV1 = defineFact('organization.updated', 1, organization);
export const EnvironmentCreatedV1 = defineFact('environment.created', 1, environment);
export const EnvironmentUpdatedV1 = defineFact('environment.updated', 1, environment);
export const EnvironmentDeletedV1 = defineFact('environment.deleted', 1, environment);
export const MemberAddedV1 = defineFact('member.added', 1, member);
export const MemberUpdatedV1 = defineFact('member.updated', 1, member);
export const MemberRemovedV1 = defineFact('member.removed', 1, member);
export const ApiKeyCreatedV1 = defineFact('apikey.created', 1, apiKey);
/** The key is refused everywhere within a second of this. */
export const ApiKeyRevokedV1 = defineFact('apikey.revoked', 1, apiKey);
/** Keys of an organization that were used, told by each process once a minute; `last_used_at` is as exact as that. */
export const ApiKeyUsedV1 = defineFact(
  'apikey.used',
  1,
  z.object({ keys: z.array(z.object({ key_id: z.string(), last_used_at: z.string() })) }),
);

export const accountsFacts = [
  OrganizationCreatedV1, OrganizationUpdatedV1, EnvironmentCreatedV1, EnvironmentUpdatedV1, EnvironmentDeletedV1,
  MemberAddedV1, MemberUpdatedV1, MemberRemovedV1, ApiKeyCreatedV1, ApiKeyRevokedV1, ApiKeyUsedV1,
] as const; // prettier-ignore
