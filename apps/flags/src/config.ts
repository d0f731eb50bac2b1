import { defineSettings } from '#libs/service';
import { z } from 'zod';
import { DEFAULT_QUOTAS, type ObjectQuotas } from './application/quota.js';

const quota = (usual: number) => z.coerce.number().int().min(1).max(1_000_000).default(usual);

export interface FlagsSettings {
  /** Facts that the relay publishes at a time. */
  readonly outboxBatch: number;
  readonly quotas: ObjectQuotas;
}

export const flagsSettings = defineSettings(
  'FlagsSettings',
  {
    LOOM_FLAGS_OUTBOX_BATCH: z.coerce.number().int().min(1).max(1_000).default(100).describe('Facts relayed at a time'),
    LOOM_QUOTA_FLAGS: quota(DEFAULT_QUOTAS.flags).describe('Flags of an organization, archived ones included'),
    LOOM_QUOTA_SEGMENTS: quota(DEFAULT_QUOTAS.segments).describe('Segments of an organization'),
  },
  (env): FlagsSettings => ({
    outboxBatch: env.LOOM_FLAGS_OUTBOX_BATCH,
    quotas: { flags: env.LOOM_QUOTA_FLAGS, segments: env.LOOM_QUOTA_SEGMENTS },
  }),
);
