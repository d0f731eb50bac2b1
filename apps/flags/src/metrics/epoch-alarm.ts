import type { Logger } from '#libs/observability';
import { Counter, type Registry } from 'prom-client';
import type { EpochAlarm, NewEpoch } from '../application/ports/epoch.js';

/** Logs an error and counts: operators must check which commits were lost. */
export class LoggedEpochAlarm implements EpochAlarm {
  readonly #begun: Counter;

  constructor(
    private readonly logger: Logger,
    metrics: Registry,
  ) {
    const help = 'Epochs that began because the database was replaced or lost commits';
    this.#begun = new Counter({ name: 'loom_flags_epochs_total', help, labelNames: ['reason'], registers: [metrics] });
  }

  raise(begun: NewEpoch): void {
    this.#begun.inc({ reason: begun.reason });
    this.logger.error(begun, 'the database began a new epoch: what it had committed last may be lost');
  }
}
