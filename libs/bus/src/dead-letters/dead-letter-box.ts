import { jetstreamManager, type JetStreamManager, type StoredMsg } from '@nats-io/jetstream';
import { DEAD_STREAM } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import type { Bus } from '../connection/bus.js';
import { DEAD_HEADERS, DEAD_SUBJECTS } from './dead-letters.js';

/** A dead letter in the stream `DEAD`. */
export interface StoredDeadLetter {
  /** Stream sequence and time of storing, since sequences begin at 1 again when a stream is lost and recreated. */
  readonly id: string;
  readonly consumer: string;
  readonly subject: string;
  readonly reason: string;
  readonly attempts: number;
  /** When the consumer gave up, in RFC 3339. */
  readonly at: string;
  readonly messageId: string | undefined;
  /** Id of the element, when the letter holds one element of a message. */
  readonly part: string | undefined;
  /** Payload and headers to publish again; `undefined` when the payload was too large for a dead letter. */
  readonly message: { readonly data: Uint8Array; readonly headers: Readonly<Record<string, string>> } | undefined;
}

export interface DeadLetterQuery {
  readonly limit: number;
  /** `next` of the previous page. */
  readonly after?: string;
  /** By the time of storing. Default: newest first. */
  readonly order?: 'asc' | 'desc';
  readonly consumer?: string;
}

export interface DeadLetterPage {
  readonly letters: readonly StoredDeadLetter[];
  /** `undefined` on the last page. */
  readonly next: string | undefined;
}

const TIMEOUT_MS = 1_500;
const READ_AT_ONCE = 50;
/** What one call reads at most. With a filter its page may therefore be short, and `next` continues after them. */
const READ_AT_MOST = 2_000;
/** Time after which a call begins no further reads: a slow server makes pages short, and no call outlasts its deadline. */
const READ_FOR_MS = 750;
const ID = /^(\d{1,15})-([0-9a-z]{1,10})$/;

/** Reads dead letters. They are read one by one, by stream sequence: that needs no consumer, and no permission to create one. */
export class DeadLetterBox {
  constructor(private readonly bus: Bus) {}

  /**
   * Returns a page of letters without their messages, and where the next page begins.
   * @throws AppError `invalid_cursor`, `bus_unavailable`
   */
  async list({ limit, after, consumer, order = 'desc' }: DeadLetterQuery): Promise<DeadLetterPage> {
    const seen = after === undefined ? undefined : sequenceOf(after);
    const manager = await this.#manager();
    const range = (await manager.streams.info(DEAD_STREAM.name)).state;
    const letters: StoredDeadLetter[] = [];
    let unread = sequencesAfter(seen, order, range);
    const until = performance.now() + READ_FOR_MS;
    for (let left = READ_AT_MOST; left > 0 && unread.count > 0 && letters.length <= limit; left -= READ_AT_ONCE) {
      if (performance.now() >= until) break;
      const next = firstOf(unread, READ_AT_ONCE);
      const read = await Promise.all(next.map((sequence) => readLetter(manager, sequence)));
      const wanted = read.filter((letter) => letter !== undefined && (consumer ?? letter.consumer) === letter.consumer);
      letters.push(...wanted.map((letter) => ({ ...letter!, message: undefined })));
      unread = sequencesAfter(next.at(-1), order, range);
    }
    const page = letters.slice(0, limit);
    if (letters.length > limit) return { letters: page, next: page.at(-1)!.id };
    return { letters: page, next: unread.count > 0 ? `${unread.first - unread.step}-0` : undefined };
  }

  /** @throws AppError `not_found`, also for a letter that the stream has dropped because of its age; `bus_unavailable` */
  async get(id: string): Promise<StoredDeadLetter> {
    const sequence = ID.exec(id)?.[1];
    const letter = sequence === undefined ? undefined : await readLetter(await this.#manager(), Number(sequence));
    if (letter?.id !== id) throw new AppError('not_found', 'There is no such dead letter, or it has expired');
    return letter;
  }

  #manager(): Promise<JetStreamManager> {
    return jetstreamManager(this.bus.live(), { timeout: TIMEOUT_MS, checkAPI: false });
  }
}

/** Sequences of the stream in the order of a list. */
interface Sequences {
  readonly first: number;
  readonly count: number;
  readonly step: 1 | -1;
}

/** The sequences after one that was read; without it all of them. A number outside of the stream counts as its nearest end. */
function sequencesAfter(
  seen: number | undefined,
  order: 'asc' | 'desc',
  { first_seq, last_seq }: { readonly first_seq: number; readonly last_seq: number },
): Sequences {
  if (order === 'asc') {
    const first = Math.max(first_seq, (seen ?? 0) + 1);
    return { first, count: Math.max(0, last_seq - first + 1), step: 1 };
  }
  const first = Math.min(last_seq, (seen ?? Infinity) - 1);
  return { first, count: Math.max(0, first - Math.max(1, first_seq) + 1), step: -1 };
}

function firstOf({ first, count, step }: Sequences, most: number): readonly number[] {
  return Array.from({ length: Math.min(count, most) }, (_, i) => first + i * step);
}

function sequenceOf(cursor: string): number {
  const sequence = ID.exec(cursor)?.[1];
  if (sequence !== undefined) return Number(sequence);
  const details = [{ field: 'cursor', message: 'Does not belong to this list' }];
  throw new AppError('invalid_cursor', 'The cursor does not belong to this list: start again without it', details);
}

async function readLetter(manager: JetStreamManager, seq: number): Promise<StoredDeadLetter | undefined> {
  if (seq < 1) return undefined;
  const stored = await manager.streams.getMessage(DEAD_STREAM.name, { seq });
  return stored === null ? undefined : letterOf(stored);
}

function letterOf(stored: StoredMsg): StoredDeadLetter {
  const of = (name: string): string | undefined => stored.header.get(name) || undefined;
  const part = of(DEAD_HEADERS.part);
  return {
    id: `${stored.seq}-${stored.time.getTime().toString(36)}`,
    consumer: stored.subject.slice(DEAD_SUBJECTS.length),
    subject: of(DEAD_HEADERS.subject) ?? '',
    reason: of(DEAD_HEADERS.reason) ?? '',
    attempts: Number(of(DEAD_HEADERS.attempts) ?? 1),
    at: of(DEAD_HEADERS.at) ?? stored.time.toISOString(),
    messageId: of(DEAD_HEADERS.messageId),
    part,
    message: of(DEAD_HEADERS.leftOut) === undefined ? messageOf(stored, part) : undefined,
  };
}

/** An element of a JSON array is published again as an array of one element. */
function messageOf({ data, header }: StoredMsg, part: string | undefined): StoredDeadLetter['message'] {
  const prefix = DEAD_HEADERS.originalPrefix;
  const names = header.keys().filter((name) => name.startsWith(prefix));
  const headers = Object.fromEntries(names.map((name) => [name.slice(prefix.length), header.get(name)]));
  return { headers, data: part === undefined ? data : Buffer.concat([Buffer.from('['), data, Buffer.from(']')]) };
}
