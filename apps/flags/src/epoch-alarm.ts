import type { Logger } from '#libs/observability';
import { Counter, type Registry } from 'prom-client';
import { EpochAlarm, type NewEpoch } from './application/ports.js';

/** A line at level error and a count, for somebody to look at what was lost. */
export class LoggedEpochAlarm extends EpochAlarm {
  readonly #begun: Counter;

  constructor(
    private readonly logger: Logger,
    metrics: Registry,
  ) {
    super();
    const help = 'Epochs that began because the database is not the one it was';
    this.#begun = new Counter({ name: 'loom_flags_epochs_total', help, labelNames: ['reason'], registers: [metrics] });
  }

  override raise(begun: NewEpoch): void {
    this.#begun.inc({ reason: begun.reason });
    this.logger.error(begun, 'the database began a new epoch: what it had committed last may be lost');
  }
}
