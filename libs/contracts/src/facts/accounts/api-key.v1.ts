import { z } from 'zod';
import { KEY_TYPES } from '../../api-keys/api-key.js';
import { defineFact } from '../define-fact.js';

const apiKey = z.object({ key_id: z.string(), lookup_id: z.string(), key_type: z.enum(KEY_TYPES) });

export const ApiKeyCreatedV1 = defineFact(
  'apikey.created',
  1,
  'An API key was created. The key itself is not in the fact.',
  apiKey,
);

export const ApiKeyRevokedV1 = defineFact(
  'apikey.revoked',
  1,
  'An API key was revoked. Every service refuses it within a second of this fact.',
  apiKey,
);

export const ApiKeyUsedV1 = defineFact(
  'apikey.used',
  1,
  'API keys of an organization were used. Each process publishes this once a minute, so `last_used_at` may be a minute old.',
  z.object({ keys: z.array(z.object({ key_id: z.string(), last_used_at: z.string() })) }),
);
