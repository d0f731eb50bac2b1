import type { Log } from './log.js';

/** Logs the first of consecutive failures, and the first success after them, so that an outage makes two lines. */
export class FailureLog {
  #failures = 0;

  constructor(
    private readonly log: Log,
    private readonly fields: object,
    /** What fails: the start of the log message, e.g. `outbox relay, publishing`. */
    private readonly subject: string,
  ) {}

  /** Failures since the last success. */
  get failures(): number {
    return this.#failures;
  }

  failed(error: unknown): void {
    if (this.#failures++ === 0) this.log.error({ ...this.fields, err: error }, `${this.subject}: failing`);
  }

  succeeded(): void {
    if (this.#failures > 0) this.log.info({ ...this.fields, failures: this.#failures }, `${this.subject}: works again`);
    this.#failures = 0;
  }
}
