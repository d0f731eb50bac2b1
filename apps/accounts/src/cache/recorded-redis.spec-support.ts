import type { RedisConnection } from '#libs/redis';

type Command = readonly [name: string, ...args: unknown[]];

/** A Redis that records its commands. `answers` are the results by command; an `Error` fails the command. */
export class RecordedRedis {
  readonly commands: Command[] = [];
  /** How often a transaction was executed. */
  transactions = 0;
  readonly connection: RedisConnection;

  constructor(private readonly answers: Readonly<Record<string, unknown>> = {}) {
    const multi = () => this.#transaction();
    const eval_ = (...args: unknown[]) => this.#answer('eval', args);
    const zadd = (...args: unknown[]) => this.#answer('zadd', args);
    const zrem = (...args: unknown[]) => this.#answer('zrem', args);
    const loomKeepKeyRecord = (...args: unknown[]) => this.#answer('loomKeepKeyRecord', args);
    const client = { multi, eval: eval_, zadd, zrem, loomKeepKeyRecord, defineCommand: () => undefined };
    this.connection = { client } as unknown as RedisConnection;
  }

  of(name: string): readonly (readonly unknown[])[] {
    return this.commands.filter(([command]) => command === name).map(([, ...args]) => args);
  }

  async #answer(name: string, args: readonly unknown[]): Promise<unknown> {
    this.commands.push([name, ...args]);
    const answer = this.answers[name];
    if (answer instanceof Error) throw answer;
    return answer;
  }

  #transaction() {
    const names: string[] = [];
    const queue =
      (name: string) =>
      (...args: unknown[]) => {
        names.push(name);
        this.commands.push([name, ...args]);
        return transaction;
      };
    const exec = async () => {
      this.transactions += 1;
      return names.map((name) => {
        const answer = this.answers[name];
        return answer instanceof Error ? [answer, undefined] : [null, answer];
      });
    };
    const commands = ['set', 'zadd', 'exists', 'zscore', 'zremrangebyscore', 'pexpire'];
    const transaction: Record<string, unknown> = { exec };
    for (const name of commands) transaction[name] = queue(name);
    return transaction;
  }
}
