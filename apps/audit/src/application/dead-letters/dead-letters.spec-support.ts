import type { Origin } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import type { DeadLetter, Replay } from '../../domain/dead-letter.js';
import type { DeadLetters, Replays } from './ports.js';

export const REPLAYED_AT = new Date('2026-01-02T00:00:00.000Z');

export function aLetter(changes: Partial<DeadLetter> = {}): DeadLetter {
  return {
    id: '7-abc',
    consumer: 'flags-environments',
    subject: 'environment.created.o1',
    reason: 'a bug',
    attempts: 6,
    at: '2026-01-01T00:00:00.000Z',
    messageId: 'f1',
    part: undefined,
    message: { data: Buffer.from('{}'), headers: {} },
    ...changes,
  };
}

/** A stream of dead letters, newest first; a cursor is the number of letters before the page. */
export class InMemoryDeadLetters implements DeadLetters {
  constructor(private readonly letters: readonly DeadLetter[]) {}

  async list({ limit, after = '0', consumer }: Parameters<DeadLetters['list']>[0]) {
    const wanted = this.letters.filter((letter) => letter.consumer === (consumer ?? letter.consumer));
    const end = Number(after) + limit;
    return { letters: wanted.slice(Number(after), end), next: end < wanted.length ? String(end) : undefined };
  }

  async get(id: string): Promise<DeadLetter> {
    const found = this.letters.find((letter) => letter.id === id);
    if (found === undefined) throw new AppError('not_found', 'No such dead letter');
    return found;
  }
}

export class InMemoryReplays implements Replays {
  readonly added: { letter: DeadLetter; replay: Replay; origin: Origin }[] = [];

  async timesOf(ids: readonly string[]): Promise<ReadonlyMap<string, Date>> {
    const known = this.added.map(({ letter }) => letter.id).filter((id) => ids.includes(id));
    return new Map(known.map((id) => [id, REPLAYED_AT]));
  }

  async add(letter: DeadLetter, replay: Replay, origin: Origin): Promise<Date> {
    if ((await this.timesOf([letter.id])).size > 0) throw new AppError('conflict', 'Replayed before');
    this.added.push({ letter, replay, origin });
    return REPLAYED_AT;
  }
}
