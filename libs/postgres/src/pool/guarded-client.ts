import pg, { type ClientConfig, type QueryResult } from 'pg';
import { withName } from './prepared.js';

/** What pg says when `query_timeout` is over. */
export const QUERY_TIMEOUT = 'Query read timeout';

type AnyQuery = (...args: readonly unknown[]) => unknown;

/**
 * A connection without two traps of pg:
 * - A query without an answer ends it. pg alone reports the timeout and leaves the statement running, so that the next user
 *   of the pooled connection waits behind it.
 * - A COMMIT that Postgres answers with ROLLBACK, because a statement failed before, is an error and no success.
 */
export class GuardedClient extends pg.Client {
  constructor(config?: ClientConfig | string) {
    super(config);
    const query = this.query.bind(this) as AnyQuery;
    const guarded: AnyQuery = (...args) => {
      const result = query(...withName(args));
      return result instanceof Promise ? this.#watch(args[0], result as Promise<QueryResult>) : result;
    };
    this.query = guarded as typeof this.query;
  }

  /** Closes the socket without a goodbye. */
  destroy(): void {
    this.connection.stream.destroy();
  }

  async #watch(text: unknown, pending: Promise<QueryResult>): Promise<QueryResult> {
    const result = await pending.catch((error: unknown) => {
      if (error instanceof Error && error.message === QUERY_TIMEOUT) this.destroy();
      throw error;
    });
    if (text === 'COMMIT' && result.command === 'ROLLBACK') throw new Error(NOTHING_KEPT);
    return result;
  }
}

const NOTHING_KEPT = 'A statement failed, its error was caught, and so nothing of this transaction could be kept';
