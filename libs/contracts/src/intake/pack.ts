import { z } from 'zod';
import { UUID } from '../identifiers.js';

/**
 * What capture sends to the intake: one message on `capture.<org_id>` holds a pack, a JSON array of rows. The organization is the
 * subject's; a row never names one. Each row keeps its own event id, and the same row may arrive in two packs.
 */
export const PACK_SUBJECTS = 'capture.>';
/** `Nats-Msg-Id` is the id of the pack: the stream drops a pack that is published a second time within two minutes. */
export const PACK_HEADERS = { kind: 'loom-kind', version: 'loom-pack' } as const;
export const PACK_OF_EVENTS = { kind: 'events', version: '1' } as const;
/** A pack of several rows is no larger; a single row may be (properties up to 64 KiB, in UTF-8). */
export const MAX_PACK_BYTES = 512 * 1024;

const PREFIX = PACK_SUBJECTS.slice(0, -1);
const uuid = z.string().regex(UUID);
const time = z.iso.datetime({ precision: 3 });

/** An event as it is stored; absent fields are left out. Within a version only optional fields are added. */
export const EventRow = z.object({
  event_id: uuid.describe('Stored once in an organization, however often it arrives'),
  environment_id: uuid.optional().describe("The key's environment, when it has one"),
  distinct_id: z
    .string()
    .min(1)
    .refine((text) => [...text].length <= 200)
    .describe('1 to 200 code points'),
  event: z.string().min(1).max(200),
  properties: z.record(z.string(), z.unknown()),
  timestamp: time.describe('When it happened, corrected by the error of the client; RFC 3339, UTC, milliseconds'),
  received_at: time.describe('When capture took it in'),
  ip: z.string().optional().describe('Only where the organization keeps addresses'),
  user_agent: z.string().optional(),
  lib: z.string().optional(),
  lib_version: z.string().optional(),
  clock_skew: z.literal(true).optional().describe('It claimed to be more than a day ahead; `timestamp` is ours'),
});
export type EventRow = z.infer<typeof EventRow>;

/** The subject of an organization's packs. */
export function packSubject(orgId: string): string {
  return PREFIX + orgId;
}

/** The organization that a pack belongs to; `undefined` when the subject is not one of packs. */
export function packOrganization(subject: string): string | undefined {
  const orgId = subject.slice(PREFIX.length);
  return subject.startsWith(PREFIX) && UUID.test(orgId) ? orgId : undefined;
}
