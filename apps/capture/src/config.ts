import { z } from 'zod';
import { defineSettings, type Token } from '#libs/service';

export interface CaptureSettings {
  readonly maxQueueBytes: number;
}
export const CAPTURE_SETTINGS: Token<CaptureSettings> = 'CaptureSettings';

const MIB = 1024 * 1024;

export const captureSettings = defineSettings(
  CAPTURE_SETTINGS,
  {
    LOOM_CAPTURE_QUEUE_BYTES: z.coerce
      .number()
      .int()
      // The largest batch must fit.
      .min(8 * MIB)
      .max(1_024 * MIB)
      .default(64 * MIB)
      .describe('Bytes of events that a process holds until they are durable; beyond it answers 503 `overloaded`'),
  },
  (env): CaptureSettings => ({ maxQueueBytes: env.LOOM_CAPTURE_QUEUE_BYTES }),
);
