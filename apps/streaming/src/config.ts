import { z } from 'zod';
import { defineSettings, type Token } from '#libs/service';

export interface StreamingSettings {
  readonly heartbeatMs: number;
  readonly maxConnectionAgeMs: number;
  readonly maxOpening: number;
}
export const STREAMING_SETTINGS: Token<StreamingSettings> = 'StreamingSettings';

export const streamingSettings = defineSettings(
  STREAMING_SETTINGS,
  {
    LOOM_STREAM_HEARTBEAT_MS: z.coerce.number().int().min(100).default(30_000).describe('Pause between heartbeats'),
    LOOM_STREAM_MAX_AGE_MS: z.coerce
      .number()
      .int()
      .min(1_000)
      .default(1_800_000)
      .describe('Age at which a stream is asked to reconnect, ± 20 %'),
    LOOM_STREAM_MAX_OPENING: z.coerce
      .number()
      .int()
      .min(1)
      .default(10_000)
      .describe('Streams that may wait to begin; further requests get 503 `overloaded`'),
  },
  (env): StreamingSettings => ({
    heartbeatMs: env.LOOM_STREAM_HEARTBEAT_MS,
    maxConnectionAgeMs: env.LOOM_STREAM_MAX_AGE_MS,
    maxOpening: env.LOOM_STREAM_MAX_OPENING,
  }),
);
