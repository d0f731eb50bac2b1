import { durables, type DurableDefinition } from '#libs/contracts';
import { AppError } from '#libs/kernel';

/** A message that a consumer gave up on, or one element of it. */
export interface DeadLetter {
  readonly id: string;
  readonly consumer: string;
  /** Where the message was published. */
  readonly subject: string;
  readonly reason: string;
  readonly attempts: number;
  readonly at: string;
  readonly messageId: string | undefined;
  readonly part: string | undefined;
  /** What a replay publishes; `undefined` when it was too large to be kept. */
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
 * The message once more, on its own subject: all of its consumers hear it again, and whoever handled it before ignores it by its id.
 * @throws AppError `conflict` with why it cannot be replayed
 */
export function replayOf({ id, consumer, subject, message }: DeadLetter): Replay {
  const filter = known.find(({ name }) => name === consumer)?.filter;
  if (filter === undefined) throw refused(`there is no consumer ${consumer} any more`);
  if (!SUBJECT.test(subject) || !matches(filter, subject)) throw refused(`${consumer} does not take its subject`);
  if (message === undefined) throw refused('it was too large to be kept');
  const { data, headers } = message;
  const payload = textOf(data);
  if (payload === undefined) throw refused('it is not text');
  return { subject, payload, headers: { ...headers, 'loom-replay-of': id } };
}

/** `undefined` for what is not UTF-8, or holds what Postgres takes in no text. */
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

function refused(why: string): AppError {
  return new AppError('conflict', `This dead letter cannot be replayed: ${why}`);
}
