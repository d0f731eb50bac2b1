import { durables, type DurableDefinition } from '#libs/contracts';
import { AppError } from '#libs/kernel';

/** A message that a consumer gave up on, or one element of such a message. */
export interface DeadLetter {
  readonly id: string;
  readonly consumer: string;
  /** The subject that the message was published on. */
  readonly subject: string;
  readonly reason: string;
  readonly attempts: number;
  readonly at: string;
  readonly messageId: string | undefined;
  readonly part: string | undefined;
  /** `undefined` when it was too large to be kept. */
  readonly message: { readonly data: Uint8Array; readonly headers: Readonly<Record<string, string>> } | undefined;
}

/** What a replay publishes. */
export interface Replay {
  readonly subject: string;
  readonly payload: string;
  readonly headers: Readonly<Record<string, string>>;
}

const SUBJECT = /^[\w-]+(\.[\w-]+)+$/;
const known: readonly DurableDefinition[] = Object.values(durables);

/**
 * The message once more, on its original subject: every consumer of it receives it again, and those that have handled it
 * ignore it by its id.
 * @throws AppError `conflict` with the reason when it cannot be replayed
 */
export function replayOf({ id, consumer, subject, message }: DeadLetter): Replay {
  const filter = known.find(({ name }) => name === consumer)?.filter;
  if (filter === undefined) throw refused(`the consumer ${consumer} no longer exists`);
  if (!SUBJECT.test(subject) || !matches(filter, subject)) throw refused(`${consumer} does not consume its subject`);
  if (message === undefined) throw refused('its message was too large to be kept');
  const { data, headers } = message;
  const payload = textOf(data);
  if (payload === undefined) throw refused('its message is not text');
  return { subject, payload, headers: { ...headers, 'loom-replay-of': id } };
}

/** `undefined` when the data is not UTF-8 or contains NUL, which Postgres stores in no text. */
function textOf(data: Uint8Array): string | undefined {
  try {
    return data.includes(0) ? undefined : new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    return undefined;
  }
}

function matches(filter: string, subject: string): boolean {
  return filter.endsWith('>') ? subject.startsWith(filter.slice(0, -1)) : subject === filter;
}

function refused(reason: string): AppError {
  return new AppError('conflict', `This dead letter cannot be replayed: ${reason}`);
}
