import { jetstream, type ConsumerMessages, type JsMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { DurableDefinition } from '#libs/contracts';
import type { Logger } from '#libs/observability';
import type { Bus } from '../connection/bus.js';
import type { ConsumerMetrics } from './consumer-metrics.js';
import { writeDeadLetter } from '../dead-letters/dead-letters.js';
import { BACKOFF_MS, DEAD_LETTER_RETRY_MS, isOutage, MAX_DELIVERIES, NEVER_ENDED } from './delivery-policy.js';
import { Failures } from './failures.js';
import { HeldMessages, type BatchLimits } from './held-messages.js';
import { reasonOf } from '../dead-letters/reason-of.js';
import { ackWaitMs } from '../topology/topology.js';

export type Delivery = Pick<JsMsg, 'subject' | 'data' | 'headers' | 'seq' | 'info'>;

export interface BatchConsumerOptions extends BatchLimits {
  readonly durable: DurableDefinition;
  /** Batches handled at a time. The first starts as soon as a message arrives, further ones when a whole batch waits. */
  readonly workers: number;
  /**
   * Must resolve only when the effects of all messages are stored: then the messages are acknowledged. A message may be handled
   * again, alone or in another batch. A retryable `AppError` means that a dependency is down: the batch is retried until it
   * works, and no further messages are fetched meanwhile.
   */
  readonly handle: (batch: readonly Delivery[]) => Promise<void>;
  readonly metrics?: ConsumerMetrics;
  /** For tests: delay after the n-th failure of a message, in ms. After the last one the message becomes a dead letter. */
  readonly backoffMs?: readonly number[];
}

const PAUSE_MS = { first: 100, last: 2_000 } as const;
const RESTART_MS = 500;
/** One fetch, and the bytes that may be held when it begins: together they bound the memory. */
const FETCH = { max_messages: 64, expires: 5_000, idle_heartbeat: 1_000 } as const;
const MAX_HELD_BYTES = 8 * 1024 * 1024;
const FETCH_DEADLINE_MS = FETCH.expires + 2_000;

/**
 * Runs a durable consumer that handles messages in batches. It does not wait for a batch to fill: a batch holds what arrived
 * while the previous one was handled. Messages are acknowledged after the handler has stored their effects, so a crash at any
 * point leads to redelivery. Held messages are kept alive (`working`) while a dependency is down, so an outage uses up no
 * deliveries.
 */
export class BatchConsumer {
  readonly #held: HeldMessages;
  readonly #batchesAtWork = new Set<Promise<void>>();
  readonly #failures = new Failures();
  #fetching: ConsumerMessages | undefined;
  #loop: Promise<void> | undefined;
  #keepAliveTimer: NodeJS.Timeout | undefined;
  #isStopped = false;
  #isPaused = false;
  #isDispatchScheduled = false;
  #onChange = (): void => undefined;

  constructor(
    private readonly bus: Bus,
    private readonly logger: Logger,
    private readonly options: BatchConsumerOptions,
  ) {
    this.#held = new HeldMessages(options);
  }

  /** Starts in the background; NATS need not be reachable yet. */
  start(): void {
    const { durable, metrics } = this.options;
    metrics?.watch(durable);
    this.#keepAliveTimer ??= setInterval(() => this.#keepAll(), ackWaitMs(durable) / 3).unref();
    // The server may never answer a fetch that began before a reconnect.
    this.bus.onConnect(() => this.#fetching?.stop());
    this.#loop ??= this.#run();
  }

  /** Stops fetching, finishes the batches at work and returns waiting messages to the server. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#fetching?.stop();
    this.#onChange();
    this.#held.returnWaiting();
    await Promise.allSettled([this.#loop, ...this.#batchesAtWork]);
    clearInterval(this.#keepAliveTimer);
  }

  /** Whether it waits for a dependency that is down. */
  get isPaused(): boolean {
    return this.#isPaused;
  }

  #keepAll(): void {
    if (this.bus.connected) this.#held.keepAll();
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      try {
        await this.#fetchAll(await this.bus.connection());
      } catch (error) {
        if (this.#isStopped) return;
        this.logger.warn({ err: error, consumer: this.options.durable.name }, 'a consumer starts again');
        await this.#pause(RESTART_MS);
      }
    }
  }

  async #fetchAll(connection: NatsConnection): Promise<void> {
    const { stream, name } = this.options.durable;
    const consumer = await jetstream(connection).consumers.get(stream, name);
    while (!this.#isStopped) {
      while (!this.#hasRoom()) await new Promise<void>((resolve) => (this.#onChange = resolve));
      if (!this.#isStopped) await this.#receive(await consumer.fetch({ ...FETCH }));
    }
  }

  async #receive(messages: ConsumerMessages): Promise<void> {
    this.#fetching = messages;
    const deadline = setTimeout(() => messages.stop(), FETCH_DEADLINE_MS);
    try {
      for await (const message of messages) this.#add(message);
    } finally {
      clearTimeout(deadline);
      this.#fetching = undefined;
    }
  }

  #hasRoom(): boolean {
    return this.#isStopped || (!this.#isPaused && this.#held.bytes < MAX_HELD_BYTES);
  }

  /** Dispatches after the current turn of the event loop, so that messages that arrive together share a batch. */
  #add(message: JsMsg): void {
    if (this.#isStopped) return message.nak();
    if (message.info.deliveryCount > MAX_DELIVERIES)
      return void this.#toDeadLetters(message, NEVER_ENDED, MAX_DELIVERIES);
    this.#held.add(message);
    if (this.#isDispatchScheduled) return;
    this.#isDispatchScheduled = true;
    setImmediate(() => {
      this.#isDispatchScheduled = false;
      this.#dispatch();
    });
  }

  #dispatch(): void {
    const { workers } = this.options;
    const running = this.#batchesAtWork;
    while (this.#held.waiting > 0 && running.size < workers && (running.size === 0 || this.#held.isFull)) {
      const batch = this.#held.takeBatch();
      const work = this.#finish(batch).finally(() => {
        running.delete(work);
        this.#held.release(batch);
        this.#onChange();
        this.#dispatch();
      });
      running.add(work);
    }
  }

  /** Handles and acknowledges a batch. When it fails, its messages are handled one by one, to find the one at fault. */
  async #finish(batch: readonly JsMsg[]): Promise<void> {
    const startedAt = performance.now();
    try {
      await this.#handleWithRetry(batch);
      for (const message of batch) message.ack();
      this.options.metrics?.handled(this.options.durable.name, batch.length);
      this.#observe(batch, 'ok', startedAt);
    } catch (error) {
      this.#observe(batch, 'failed', startedAt);
      if (this.#isStopped) for (const message of batch) message.nak();
      else if (batch.length === 1) await this.#retryOrGiveUp(batch[0]!, error);
      else for (const message of batch) await this.#finish([message]);
    }
  }

  #observe(batch: readonly JsMsg[], outcome: 'ok' | 'failed', startedAt: number): void {
    const { durable, metrics } = this.options;
    const durationMs = performance.now() - startedAt;
    metrics?.observe(durable.name, 'pack', outcome, durationMs);
    const fields = { component: 'messaging', action: 'consume', operation: durable.name, messages: batch.length };
    this.logger.debug({ ...fields, outcome, duration_ms: Math.round(durationMs) }, 'a batch was consumed');
  }

  /** Retries while a dependency is down; other errors are thrown. */
  async #handleWithRetry(batch: readonly JsMsg[]): Promise<void> {
    for (let waitMs: number = PAUSE_MS.first; ; waitMs = Math.min(waitMs * 2, PAUSE_MS.last)) {
      try {
        await this.options.handle(batch);
        this.#isPaused = false;
        return;
      } catch (error) {
        if (!isOutage(error) || this.#isStopped) throw error;
        this.#pauseFetching(error);
        await this.#pause(waitMs);
      }
    }
  }

  /** Logs once per outage. */
  #pauseFetching(error: unknown): void {
    if (!this.#isPaused) {
      this.logger.warn({ err: error, consumer: this.options.durable.name }, 'a consumer waits for a dependency');
    }
    this.#isPaused = true;
  }

  /** For a message that fails alone, because of its content or a bug of the handler. */
  async #retryOrGiveUp(message: JsMsg, error: unknown): Promise<void> {
    const failures = this.#failures.add(message.seq);
    const waitMs = (this.options.backoffMs ?? BACKOFF_MS)[failures - 1];
    this.logger.error({ err: error, seq: message.seq, failures, retry_ms: waitMs }, 'a message failed');
    this.options.metrics?.failed(this.options.durable.name);
    if (waitMs !== undefined) return message.nak(waitMs);
    await this.#toDeadLetters(message, reasonOf(error), failures);
  }

  /** Ends the message only after the dead letter is stored; otherwise the message is delivered again. */
  async #toDeadLetters(message: JsMsg, reason: string, attempts: number): Promise<void> {
    const { durable, metrics } = this.options;
    try {
      await writeDeadLetter(this.bus.live(), { consumer: durable.name, message, reason, attempts });
      message.term();
      this.#failures.forget(message.seq);
      metrics?.dead(durable.name);
    } catch (error) {
      this.logger.error({ err: error, seq: message.seq }, 'a dead letter cannot be written');
      message.nak(DEAD_LETTER_RETRY_MS);
    }
  }

  async #pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => setTimeout(resolve, ms));
  }
}
