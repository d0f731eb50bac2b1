import { jetstream, PubHeaders, type JsMsg } from '@nats-io/jetstream';
import { headers, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node';

/** A message that its consumer gives up on, or one part of it. */
export interface DeadLetter {
  /** The durable's name. */
  readonly consumer: string;
  readonly message: Pick<JsMsg, 'subject' | 'data' | 'headers' | 'info'>;
  /** For people, without anything of the payload. */
  readonly reason: string;
  /** How often the consumer tried. */
  readonly attempts: number;
  readonly part?: DeadPart;
}

/** One element of a message that is a JSON array: it is buried alone and replayed as an array of one. */
export interface DeadPart {
  /** Tells it from the others of the message, the same at each delivery. */
  readonly id: string;
  /** JSON of the element. */
  readonly data: string | Uint8Array;
}

/** What a dead letter's headers are called. Headers of the message itself follow under the prefix. */
export const DEAD_HEADERS = {
  reason: 'loom-reason',
  subject: 'loom-subject',
  attempts: 'loom-attempts',
  at: 'loom-at',
  part: 'loom-part',
  /** `Nats-Msg-Id` of the message: of a fact, its id. */
  messageId: 'loom-message-id',
  /** Bytes of a payload that did not fit beside these headers: such a letter tells, and cannot be replayed. */
  leftOut: 'loom-left-out',
  originalPrefix: 'loom-original-',
} as const;
export const DEAD_SUBJECTS = 'dead.';

const TIMEOUT_MS = 1_500;
const MAX_REASON = 500;
/** As much as the outbox leaves for headers. */
const HEADROOM_BYTES = 64 * 1024;
/** What NATS made of the message's publishing; it finds such names in the midst of longer ones as well. */
const HEADER_OF_PUBLISHING = /^nats-/i;

/**
 * Writes a dead letter: `dead.<consumer>`, with the data as it came. Call it before the message is terminated: when the process
 * dies in between, the next delivery writes the same letter again and the stream drops it (for two minutes).
 * @throws what publishing throws; nothing was given up then
 */
export async function writeDeadLetter(connection: NatsConnection, letter: DeadLetter): Promise<void> {
  const { consumer, message, part } = letter;
  const data = part === undefined ? message.data : Buffer.from(part.data);
  const head = headersOf(letter);
  const fits = data.length + HEADROOM_BYTES <= (connection.info?.max_payload ?? Infinity);
  if (!fits) head.set(DEAD_HEADERS.leftOut, String(data.length));
  const options = { headers: head, timeout: TIMEOUT_MS };
  await jetstream(connection).publish(DEAD_SUBJECTS + consumer, fits ? data : new Uint8Array(), options);
}

function headersOf(letter: DeadLetter): MsgHdrs {
  const { message, reason, attempts, part } = letter;
  const head = headers();
  // The first one: the server looks for the name as text, and gives up when it meets it in another header before.
  head.set(PubHeaders.MsgIdHdr, letterId(letter));
  head.set(DEAD_HEADERS.reason, oneLine(reason).slice(0, MAX_REASON));
  head.set(DEAD_HEADERS.subject, message.subject);
  head.set(DEAD_HEADERS.attempts, String(attempts));
  head.set(DEAD_HEADERS.at, new Date().toISOString());
  if (part !== undefined) head.set(DEAD_HEADERS.part, oneLine(part.id));
  const messageId = message.headers?.get(PubHeaders.MsgIdHdr) ?? '';
  if (messageId !== '') head.set(DEAD_HEADERS.messageId, messageId);
  for (const name of message.headers?.keys() ?? []) {
    if (HEADER_OF_PUBLISHING.test(name)) continue;
    for (const value of message.headers!.values(name)) head.append(DEAD_HEADERS.originalPrefix + name, value);
  }
  return head;
}

/** The same for each delivery of the message, or of its part. */
function letterId({ consumer, message, part }: DeadLetter): string {
  const place = `${consumer}:${message.info.streamSequence}`;
  return part === undefined ? place : `${place}:${encodeURIComponent(part.id)}`;
}

/** A line break would end the header. */
function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ');
}
