import { countQuery, type Log } from '#libs/observability';

/** A finished statement. It has no parameters and no rows: those may be personal data. */
export interface FinishedQuery {
  readonly service: string;
  /** `app`, `system`, `relay` or `health`. */
  readonly pool: string;
  /** Name of a prepared statement, else the first word of the text. */
  readonly name: string;
  /** First word of the text in lower case, one of `STATEMENTS`, else `other`: a bounded set for metrics. */
  readonly statement: string;
  /** Cut after 500 characters. */
  readonly text: string;
  readonly durationMs: number;
  readonly rows: number;
  readonly failed: boolean;
}
export type QueryListener = (query: FinishedQuery) => void;

const STATEMENTS = new Set([
  'select',
  'insert',
  'update',
  'delete',
  'with',
  'start',
  'commit',
  'rollback',
  'savepoint',
]);
const SLOW_MS = 100;
/** Bounds the log while every query is slow: further ones of the same second are counted in the next line. */
const MAX_LINES_PER_SECOND = 20;
const MAX_TEXT = 500;

/** Adds the queries of one database to the totals of the current work, logs the slow ones, and reports all to listeners. */
export class QueryWatch {
  readonly #listeners: QueryListener[] = [];
  #second = 0;
  #lines = 0;
  #suppressed = 0;

  constructor(
    private readonly service: string,
    private readonly log: Log,
  ) {}

  listen(listener: QueryListener): void {
    this.#listeners.push(listener);
  }

  finished(pool: string, query: QueryEnd): void {
    const { text, name, durationMs, rows, failed } = query;
    countQuery(durationMs, rows);
    if (durationMs <= SLOW_MS && this.#listeners.length === 0) return;
    const statement = statementOf(text);
    const done = { service: this.service, pool, name: name ?? statement, statement, durationMs, rows, failed, text };
    for (const listener of this.#listeners) listener(done);
    if (durationMs > SLOW_MS) this.#logSlow(done);
  }

  #logSlow({ service, pool, name, statement, text, durationMs, rows, failed }: FinishedQuery): void {
    if (!this.#mayLog()) return;
    const suppressed = this.#suppressed > 0 ? { suppressed: this.#suppressed } : {};
    this.#suppressed = 0;
    const measured = { duration_ms: Math.round(durationMs), rows, failed };
    const fields = { component: 'database', slow: true, action: statement, operation: name, service, pool };
    this.log.warn({ ...fields, ...measured, query: text.slice(0, MAX_TEXT), ...suppressed }, 'slow query');
  }

  #mayLog(): boolean {
    const second = Math.floor(performance.now() / 1_000);
    if (second !== this.#second) [this.#second, this.#lines] = [second, 0];
    if (this.#lines === MAX_LINES_PER_SECOND) {
      this.#suppressed += 1;
      return false;
    }
    this.#lines += 1;
    return true;
  }
}

/** What a client knows of a statement that ended. */
export interface QueryEnd {
  readonly text: string;
  readonly name: string | undefined;
  readonly durationMs: number;
  readonly rows: number;
  readonly failed: boolean;
}

function statementOf(text: string): string {
  const word = /^\s*([a-z]{1,12})/i.exec(text)?.[1]?.toLowerCase() ?? '';
  return STATEMENTS.has(word) ? word : 'other';
}
