import pg, { type ClientConfig, type QueryResult } from 'pg';
import { withName } from './prepared.js';

/** Message of pg's error when `query_timeout` expires. */
export const QUERY_TIMEOUT = 'Query read timeout';

type AnyQuery = (...args: readonly unknown[]) => unknown;

/**
 * A pg client that avoids two traps:
 * - A query that times out ends the connection. pg alone reports the timeout and leaves the statement running, so the next user
 *   of the pooled connection would wait behind it.
 * - A COMMIT that Postgres answers with ROLLBACK, because an earlier statement failed, is an error. pg reports success.
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

  /** Closes the socket at once, without ending the session properly. */
  destroy(): void {
    this.connection.stream.destroy();
  }

  async #watch(text: unknown, pending: Promise<QueryResult>): Promise<QueryResult> {
    const result = await pending.catch((error: unknown) => {
      if (error instanceof Error && error.message === QUERY_TIMEOUT) this.destroy();
      throw error;
    });
    if (text === 'COMMIT' && result.command === 'ROLLBACK') throw new Error(ROLLED_BACK);
    return result;
  }
}

const ROLLED_BACK = 'Postgres rolled back the transaction: one of its statements failed, and the error was caught';
