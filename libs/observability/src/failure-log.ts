import type { PostgresLog } from './log.js';

/** Says once that something stopped working, and once that it works again. */
export class Outage {
  #failures = 0;

  constructor(
    private readonly log: PostgresLog,
    private readonly fields: object,
    private readonly what: string,
  ) {}

  /** How often it failed since it last worked. */
  get failures(): number {
    return this.#failures;
  }

  failed(error: unknown): void {
    if (this.#failures++ === 0) this.log.error({ ...this.fields, err: error }, `${this.what}: failing`);
  }

  over(): void {
    if (this.#failures > 0) this.log.info({ ...this.fields, failures: this.#failures }, `${this.what}: works again`);
    this.#failures = 0;
  }
}
