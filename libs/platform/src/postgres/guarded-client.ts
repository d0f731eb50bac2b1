import pg, { type ClientConfig } from 'pg';

/** What pg says when `query_timeout` is over. */
export const QUERY_TIMEOUT = 'Query read timeout';

type AnyQuery = (...args: readonly unknown[]) => unknown;

/**
 * A connection that does not outlive a query without an answer. pg alone reports the timeout and leaves the statement running
 * on the connection, so that the next user of the pool waits behind it, or reads the old answer's transaction.
 */
export class GuardedClient extends pg.Client {
  constructor(config?: ClientConfig | string) {
    super(config);
    const query = this.query.bind(this) as AnyQuery;
    const guarded: AnyQuery = (...args) => {
      const result = query(...args);
      Promise.resolve(result).catch((error: unknown) => this.#onFailure(error));
      return result;
    };
    this.query = guarded as typeof this.query;
  }

  /** Closes the socket without a goodbye. */
  destroy(): void {
    this.connection.stream.destroy();
  }

  #onFailure(error: unknown): void {
    if (error instanceof Error && error.message === QUERY_TIMEOUT) this.destroy();
  }
}
