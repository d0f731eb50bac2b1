import { durables, PACK_HEADERS, PACK_OF_EVENTS, packOrganization } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import { writeDeadLetter, type Bus, type DeadPart, type Delivery } from '#libs/bus';
import type { IncomingPack, StorePacks } from '../application/packs/store-packs.js';

/** Writes a dead letter of a message, or of one part of it. */
type Bury = (message: Delivery, reason: string, part?: DeadPart) => Promise<void>;

/** Stores the packs of events among the messages of the intake. Packs of another kind are for other consumers and are skipped. */
export const onPacks =
  (storePacks: StorePacks, bury: Bury) =>
  async (batch: readonly Delivery[]): Promise<void> => {
    const packs: IncomingPack[] = [];
    for (const message of batch) {
      const pack = toPack(message, bury);
      if (typeof pack === 'string') await bury(message, pack);
      else if (pack !== undefined) packs.push(pack);
    }
    await storePacks.execute(packs);
  };

/** `undefined` for a pack of another kind; a text is the reason why the message is not a valid pack. */
function toPack(message: Delivery, bury: Bury): IncomingPack | string | undefined {
  const kind = message.headers?.get(PACK_HEADERS.kind) ?? '';
  const version = message.headers?.get(PACK_HEADERS.version) ?? '';
  const orgId = packOrganization(message.subject);
  if (kind === '') return 'the header with the kind of pack is missing';
  if (kind !== PACK_OF_EVENTS.kind) return undefined;
  if (version !== PACK_OF_EVENTS.version) return 'the version of the pack is unknown';
  if (orgId === undefined) return 'the subject names no organization';
  return { orgId, rows: message.data, bury: (reason, row) => bury(message, reason, row) };
}

/** Without NATS the batch waits: a message is given up only after its dead letter is stored. */
export const buryPart =
  (bus: Bus, onDead: () => void): Bury =>
  async (message, reason, part) => {
    const letter = { consumer: durables.analyticsEvents.name, message, reason, attempts: 1, part };
    await writeDeadLetter(bus.live(), letter).catch((error: unknown) => {
      throw new AppError('bus_unavailable', 'A dead letter cannot be written', [], { cause: error });
    });
    onDead();
  };
