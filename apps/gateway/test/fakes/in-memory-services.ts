import type { Origin, Rpc } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import type { Services } from '../../src/application/services.js';

export interface Asked {
  readonly subject: string;
  readonly command: unknown;
  readonly origin?: Origin;
}
type Answer = (command: unknown, origin: Origin) => unknown;

/** Other services that answer by functions, in memory. `asked` records every request. */
export class InMemoryServices implements Services {
  readonly asked: Asked[] = [];
  readonly #answers = new Map<string, Answer>();

  /** A later answer replaces an earlier one. */
  answer<C, A>(rpc: Rpc<C, A>, answer: (command: C, origin: Origin) => A | Promise<A>): this {
    this.#answers.set(rpc.subject, (command, origin) => answer(command as C, origin));
    return this;
  }

  async ask<C, A>(rpc: Rpc<C, A>, command: C, origin?: Origin): Promise<A> {
    return (await this.answerTo({ subject: rpc.subject, command, origin })) as A;
  }

  /** @throws AppError `bus_unavailable` when no answer is set */
  protected async answerTo(asked: Asked): Promise<unknown> {
    this.asked.push(asked);
    const answer = this.#answers.get(asked.subject);
    if (answer === undefined) throw new AppError('bus_unavailable', `No answer to ${asked.subject} is set`);
    return answer(asked.command, asked.origin!);
  }
}
