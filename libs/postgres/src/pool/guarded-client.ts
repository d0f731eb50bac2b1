import pg, { type ClientConfig, type QueryResult } from 'pg';
import { nameOf, withName } from './prepared.js';
import type { QueryEnd } from './query-watch.js';

/** Message of pg's error when `query_timeout` expires. */
export const QUERY_TIMEOUT = 'Query read timeout';

/** Configuration of a `GuardedClient`. pg's pool and TypeORM pass it on unchanged. */
export interface GuardedClientConfig extends ClientConfig {
  /** Called at the end of each statement, also of a failed one. Must neither block nor throw. */
  readonly onQueryEnd?: (query: QueryEnd) => void;
}

type AnyQuery = (...args: readonly unknown[]) => unknown;

/**
 * A pg client that avoids two traps:
 * - A query that times out ends the connection. pg alone reports the timeout and leaves the statement running, so the next user
 *   of the pooled connection would wait behind it.
 * - A COMMIT that Postgres answers with ROLLBACK, because an earlier statement failed, is an error. pg reports success.
 */
export class GuardedClient extends pg.Client {
  readonly #onQueryEnd: GuardedClientConfig['onQueryEnd'];

  constructor(config?: GuardedClientConfig | string) {
    super(config);
    this.#onQueryEnd = typeof config === 'object' ? config.onQueryEnd : undefined;
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

  async #watch(statement: unknown, pending: Promise<QueryResult>): Promise<QueryResult> {
    const startedAt = performance.now();
    const result = await pending.catch((error: unknown) => {
      this.#ended(statement, startedAt);
      if (error instanceof Error && error.message === QUERY_TIMEOUT) this.destroy();
      throw error;
    });
    this.#ended(statement, startedAt, result);
    if (statement === 'COMMIT' && result.command === 'ROLLBACK') throw new Error(ROLLED_BACK);
    return result;
  }

  #ended(statement: unknown, startedAt: number, result?: QueryResult): void {
    if (this.#onQueryEnd === undefined) return;
    const text = textOf(statement);
    const durationMs = performance.now() - startedAt;
    const failed = result === undefined;
    // Several statements in one text have a list of results.
    this.#onQueryEnd({ text, name: nameOf(text), durationMs, rows: result?.rowCount ?? 0, failed });
  }
}

function textOf(statement: unknown): string {
  if (typeof statement === 'string') return statement;
  const text: unknown = typeof statement === 'object' && statement !== null ? Reflect.get(statement, 'text') : '';
  return typeof text === 'string' ? text : '';
}

const ROLLED_BACK = 'Postgres rolled back the transaction: one of its statements failed, and the error was caught';
