import { z } from 'zod';
import { UUID } from '../identifiers.js';

/**
 * Capture publishes packs: one message on `capture.<org_id>` with a JSON array of rows. The subject has the organization; rows do
 * not. Each row has its own event id, and the same row may arrive in two packs.
 */
export const PACK_SUBJECTS = 'capture.>';
/** `Nats-Msg-Id` is the id of the pack: the stream drops a pack that is published twice within two minutes. */
export const PACK_HEADERS = { kind: 'loom-kind', version: 'loom-pack' } as const;
export const PACK_OF_EVENTS = { kind: 'events', version: '1' } as const;
/** Upper bound of a pack of several rows. A pack of one row may be larger. */
export const MAX_PACK_BYTES = 512 * 1024;

const PREFIX = PACK_SUBJECTS.slice(0, -1);
const uuid = z.string().regex(UUID);
const time = z.iso.datetime({ precision: 3 });

/** A row of the event store. Within a version of the pack only optional fields are added. */
export const EventRow = z.object({
  event_id: uuid.describe('Stored once per organization, even if it arrives several times'),
  environment_id: uuid.optional().describe("The key's environment, when it has one"),
  distinct_id: z
    .string()
    .min(1)
    .refine((text) => [...text].length <= 200)
    .describe('1 to 200 code points'),
  event: z.string().min(1).max(200),
  properties: z.record(z.string(), z.unknown()),
  timestamp: time.describe(
    'Time of the event, corrected by the clock error of the client; RFC 3339, UTC, milliseconds',
  ),
  received_at: time.describe('Time at which capture received it'),
  ip: z.string().optional().describe('Only if the organization stores IP addresses'),
  user_agent: z.string().optional(),
  lib: z.string().optional(),
  lib_version: z.string().optional(),
  clock_skew: z
    .literal(true)
    .optional()
    .describe('The sent timestamp was more than a day ahead and was replaced by `received_at`'),
});
export type EventRow = z.infer<typeof EventRow>;

/** The subject of an organization's packs. */
export function packSubject(orgId: string): string {
  return PREFIX + orgId;
}

/** The organization of a pack; `undefined` for other subjects. */
export function packOrganization(subject: string): string | undefined {
  const orgId = subject.slice(PREFIX.length);
  return subject.startsWith(PREFIX) && UUID.test(orgId) ? orgId : undefined;
}
