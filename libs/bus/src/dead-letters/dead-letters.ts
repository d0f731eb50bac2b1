import { jetstream, PubHeaders, type JsMsg } from '@nats-io/jetstream';
import { headers, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node';

/** A message that its consumer gives up on, or one part of it. */
export interface DeadLetter {
  /** The durable's name. */
  readonly consumer: string;
  readonly message: Pick<JsMsg, 'subject' | 'data' | 'headers' | 'info'>;
  /** Text for people. Must not quote the payload, which may hold secrets. */
  readonly reason: string;
  /** How often the consumer tried to handle the message. */
  readonly attempts: number;
  /** Present when the other elements of the message were handled. */
  readonly part?: DeadPart;
}

/** One element of a message that is a JSON array. It becomes a letter of its own, and is replayed as an array of one element. */
export interface DeadPart {
  /** Identifies the element within the message; the same at each delivery. */
  readonly id: string;
  /** The element as JSON. */
  readonly data: string | Uint8Array;
}

/** Names of the headers of a dead letter. The headers of the message itself are kept under `originalPrefix`. */
export const DEAD_HEADERS = {
  reason: 'loom-reason',
  subject: 'loom-subject',
  attempts: 'loom-attempts',
  at: 'loom-at',
  part: 'loom-part',
  /** `Nats-Msg-Id` of the message; for a fact, its id. */
  messageId: 'loom-message-id',
  /** Size in bytes of a payload that did not fit into a letter. Such a letter has no payload and cannot be replayed. */
  leftOut: 'loom-left-out',
  originalPrefix: 'loom-original-',
} as const;
export const DEAD_SUBJECTS = 'dead.';

const TIMEOUT_MS = 1_500;
const MAX_REASON = 500;
/** Room for headers within `max_payload`; the same as in the outbox. */
const HEADROOM_BYTES = 64 * 1024;
/** Headers that NATS interprets. They are not copied: the server also finds such a name inside a longer one. */
const NATS_HEADER = /^nats-/i;

/**
 * Publishes a dead letter with the unchanged payload to `dead.<consumer>`. Call it before `message.term()`: when the process
 * crashes in between, the next delivery writes the same letter again, and the stream drops the duplicate (within two minutes).
 * @throws Error of the publish; the message must not be ended then
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
  // Must be the first header: the server searches for its name as text, and stops when the name occurs in an earlier header.
  head.set(PubHeaders.MsgIdHdr, letterId(letter));
  head.set(DEAD_HEADERS.reason, oneLine(reason).slice(0, MAX_REASON));
  head.set(DEAD_HEADERS.subject, message.subject);
  head.set(DEAD_HEADERS.attempts, String(attempts));
  head.set(DEAD_HEADERS.at, new Date().toISOString());
  if (part !== undefined) head.set(DEAD_HEADERS.part, oneLine(part.id));
  const messageId = message.headers?.get(PubHeaders.MsgIdHdr) ?? '';
  if (messageId !== '') head.set(DEAD_HEADERS.messageId, messageId);
  for (const name of message.headers?.keys() ?? []) {
    if (NATS_HEADER.test(name)) continue;
    for (const value of message.headers!.values(name)) head.append(DEAD_HEADERS.originalPrefix + name, value);
  }
  return head;
}

/** The same id for each delivery of the message or element, by which the stream drops duplicates. */
function letterId({ consumer, message, part }: DeadLetter): string {
  const messageId = `${consumer}:${message.info.streamSequence}`;
  return part === undefined ? messageId : `${messageId}:${encodeURIComponent(part.id)}`;
}

/** A line break would end the header. */
function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ');
}
