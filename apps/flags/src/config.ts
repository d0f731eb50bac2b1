import { defineSettings } from '#libs/service';
import { z } from 'zod';

export interface FlagsSettings {
  /** Facts that the relay publishes at a time. */
  readonly outboxBatch: number;
}

export const flagsSettings = defineSettings(
  'FlagsSettings',
  {
    LOOM_FLAGS_OUTBOX_BATCH: z.coerce.number().int().min(1).max(1_000).default(100).describe('Facts relayed at a time'),
  },
  (env): FlagsSettings => ({ outboxBatch: env.LOOM_FLAGS_OUTBOX_BATCH }),
);
