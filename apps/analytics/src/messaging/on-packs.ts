import { durables, PACK_HEADERS, PACK_OF_EVENTS, packOrganization } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import { writeDeadLetter, type Bus, type DeadPart, type Delivery } from '#libs/bus';
import type { IncomingPack, StorePacks } from '../application/store-packs.js';

type Bury = (message: Delivery, reason: string, part?: DeadPart) => Promise<void>;

/** The packs of events among what comes from the intake; those of another kind are for other consumers. */
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

/** `undefined`: not for us; a text: what is wrong with it. */
function toPack(message: Delivery, bury: Bury): IncomingPack | string | undefined {
  const kind = message.headers?.get(PACK_HEADERS.kind) ?? '';
  const version = message.headers?.get(PACK_HEADERS.version) ?? '';
  const orgId = packOrganization(message.subject);
  if (kind === '') return 'it does not say what kind of pack it is';
  if (kind !== PACK_OF_EVENTS.kind) return undefined;
  if (version !== PACK_OF_EVENTS.version) return 'a pack of a version that is not known here';
  if (orgId === undefined) return 'the subject names no organization';
  return { orgId, rows: message.data, bury: (reason, row) => bury(message, reason, row) };
}

/** While NATS is away the batch waits: nothing is given up that is not written down. */
export const buryPart =
  (bus: Bus, onDead: () => void): Bury =>
  async (message, reason, part) => {
    const letter = { consumer: durables.analyticsEvents.name, message, reason, attempts: 1, part };
    await writeDeadLetter(bus.live(), letter).catch((error: unknown) => {
      throw new AppError('bus_unavailable', 'A dead letter cannot be written', [], { cause: error });
    });
    onDead();
  };
