import { auditRpc, type Origin } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import type { Services } from '../services.js';

/** Parts of 1 Mi characters; the fact of an entry is one message of at most 8 MiB, and its diff is not larger than the fact. */
const MAX_PARTS = 32;

/**
 * The whole entry as JSON text: the hashed text with the hash. It may be larger than a message, so it is read in parts, and it is
 * not parsed here: an entry never changes between two parts. @throws AppError `not_found`, `too_large`
 */
export async function wholeEntry(services: Services, seq: number, origin: Origin): Promise<string> {
  let text = '';
  let offset = 0;
  for (let parts = 0; parts < MAX_PARTS; parts += 1) {
    const part = await services.ask(auditRpc.readEntry, { seq, offset }, origin);
    text += part.text;
    if (part.next_offset === null) return `${text.slice(0, -1)},"hash":"${part.hash}"}`;
    offset = part.next_offset;
  }
  throw new AppError('too_large', 'The audit entry is too large to be read here');
}
