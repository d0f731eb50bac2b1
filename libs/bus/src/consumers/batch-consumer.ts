import { jetstream, type ConsumerMessages, type JsMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { DurableDefinition } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import type { Logger } from '#libs/observability';
import type { Bus } from '../connection/bus.js';
import type { ConsumerMetrics } from './consumer-metrics.js';
import { writeDeadLetter } from '../dead-letters/dead-letters.js';
import { Failures } from './failures.js';
import { HeldMessages, type BatchLimits } from './held-messages.js';
import { reasonOf } from '../dead-letters/reason-of.js';
import { ackWaitMs } from '../topology/topology.js';

export type Delivery = Pick<JsMsg, 'subject' | 'data' | 'headers' | 'seq' | 'info'>;

export interface BatchConsumerOptions extends BatchLimits {
  readonly durable: DurableDefinition;
  /** Batches at work at a time. The first begins as soon as a message is there; others when a whole batch waits. */
  readonly workers: number;
  /**
   * Resolves once all effects of all messages are kept: then they are acknowledged. It may be given a message again, alone or in
   * other company. A retryable `AppError` says that something is away, and pauses everything until it is back.
   */
  readonly handle: (batch: readonly Delivery[]) => Promise<void>;
  readonly metrics?: ConsumerMetrics;
  /** For tests: how long after the n-th failure of a message the next try comes; after the last one it is dead. */
  readonly backoffMs?: readonly number[];
}

const BACKOFF_MS = [1_000, 5_000, 30_000, 120_000, 600_000] as const;
const PAUSE_MS = { first: 100, last: 2_000 } as const;
const RESTART_MS = 500;
const BURY_AGAIN_MS = 5_000;
/** A message that ends its process is never seen to fail. This often is no accident. */
const MAX_DELIVERIES = 50;
const NEVER_ENDED = `delivered ${MAX_DELIVERIES} times and never handled to an end`;
/** Asked of the server at a time, and what may be held when asking: together they bound the memory. */
const FETCH = { max_messages: 64, expires: 5_000, idle_heartbeat: 1_000 } as const;
const ENOUGH_BYTES = 8 * 1024 * 1024;
const FETCH_DEADLINE_MS = FETCH.expires + 2_000;

/**
 * Runs a durable consumer whose messages are handled many at a time. There is no linger: a batch is what came while the one before
 * was at work. Messages are acknowledged after the handler has kept them, so that a process that dies anywhere gets them
 * again. What is held is kept from redelivery for as long as a dependency is away: an outage burns no deliveries.
 */
export class BatchConsumer {
  readonly #held: HeldMessages;
  readonly #works = new Set<Promise<void>>();
  readonly #failures = new Failures();
  #open: ConsumerMessages | undefined;
  #loop: Promise<void> | undefined;
  #keeping: NodeJS.Timeout | undefined;
  #isStopped = false;
  #isPaused = false;
  #isScheduled = false;
  #onChange = (): void => undefined;

  constructor(
    private readonly bus: Bus,
    private readonly logger: Logger,
    private readonly options: BatchConsumerOptions,
  ) {
    this.#held = new HeldMessages(options);
  }

  /** Begins, in the background; nothing has to be up for it. */
  start(): void {
    const { durable, metrics } = this.options;
    metrics?.watch(durable);
    this.#keeping ??= setInterval(() => this.#keepAll(), ackWaitMs(durable) / 3).unref();
    // What was asked of the server before a reconnect may never be answered.
    this.bus.onConnect(() => this.#open?.stop());
    this.#loop ??= this.#run();
  }

  /** Takes nothing more, finishes the batches at work and gives the rest back. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#open?.stop();
    this.#onChange();
    this.#held.returnWaiting();
    await Promise.allSettled([this.#loop, ...this.#works]);
    clearInterval(this.#keeping);
  }

  /** Whether it waits for something that is away. */
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
      if (!this.#isStopped) await this.#takeIn(await consumer.fetch({ ...FETCH }));
    }
  }

  async #takeIn(messages: ConsumerMessages): Promise<void> {
    this.#open = messages;
    const deadline = setTimeout(() => messages.stop(), FETCH_DEADLINE_MS);
    try {
      for await (const message of messages) this.#add(message);
    } finally {
      clearTimeout(deadline);
      this.#open = undefined;
    }
  }

  #hasRoom(): boolean {
    return this.#isStopped || (!this.#isPaused && this.#held.bytes < ENOUGH_BYTES);
  }

  /** Whatever arrives in the same turn of the event loop goes together. */
  #add(message: JsMsg): void {
    if (this.#isStopped) return message.nak();
    if (message.info.deliveryCount > MAX_DELIVERIES) return void this.#bury(message, NEVER_ENDED, MAX_DELIVERIES);
    this.#held.add(message);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#dispatch();
    });
  }

  #dispatch(): void {
    const { workers } = this.options;
    while (this.#held.waiting > 0 && this.#works.size < workers && (this.#works.size === 0 || this.#held.isFull)) {
      const batch = this.#held.takeBatch();
      const work = this.#finish(batch).finally(() => {
        this.#works.delete(work);
        this.#held.release(batch);
        this.#onChange();
        this.#dispatch();
      });
      this.#works.add(work);
    }
  }

  async #finish(batch: readonly JsMsg[]): Promise<void> {
    try {
      await this.#handlePatiently(batch);
      for (const message of batch) message.ack();
      this.options.metrics?.handled(this.options.durable.name, batch.length);
    } catch (error) {
      if (this.#isStopped) for (const message of batch) message.nak();
      else if (batch.length === 1) await this.#retryOrBury(batch[0]!, error);
      else for (const message of batch) await this.#finish([message]);
    }
  }

  async #handlePatiently(batch: readonly JsMsg[]): Promise<void> {
    for (let waitMs: number = PAUSE_MS.first; ; waitMs = Math.min(waitMs * 2, PAUSE_MS.last)) {
      try {
        await this.options.handle(batch);
        this.#isPaused = false;
        return;
      } catch (error) {
        if (!isOutage(error) || this.#isStopped) throw error;
        this.#tellOutage(error);
        await this.#pause(waitMs);
      }
    }
  }

  /** Once per outage. */
  #tellOutage(error: unknown): void {
    if (!this.#isPaused) {
      this.logger.warn({ err: error, consumer: this.options.durable.name }, 'a consumer waits for a dependency');
    }
    this.#isPaused = true;
  }

  /** A message that fails alone: by a fault of ours, or its own. */
  async #retryOrBury(message: JsMsg, error: unknown): Promise<void> {
    const failures = this.#failures.add(message.seq);
    const waitMs = (this.options.backoffMs ?? BACKOFF_MS)[failures - 1];
    this.logger.error({ err: error, seq: message.seq, failures, retry_ms: waitMs }, 'a message failed');
    this.options.metrics?.failed(this.options.durable.name);
    if (waitMs !== undefined) return message.nak(waitMs);
    await this.#bury(message, reasonOf(error), failures);
    this.#failures.forget(message.seq);
  }

  /** A letter that cannot be written keeps its message. */
  async #bury(message: JsMsg, reason: string, attempts: number): Promise<void> {
    const { durable, metrics } = this.options;
    try {
      await writeDeadLetter(this.bus.live(), { consumer: durable.name, message, reason, attempts });
      message.term();
      metrics?.dead(durable.name);
    } catch (error) {
      this.logger.error({ err: error, seq: message.seq }, 'a dead letter cannot be written');
      message.nak(BURY_AGAIN_MS);
    }
  }

  async #pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => setTimeout(resolve, ms));
  }
}

function isOutage(error: unknown): boolean {
  return error instanceof AppError && error.retryable;
}
