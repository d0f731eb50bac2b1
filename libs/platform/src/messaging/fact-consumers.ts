import { jetstream, type ConsumerMessages, type JsMsg } from '@nats-io/jetstream';
import { headers, type NatsConnection } from '@nats-io/transport-node';
import { AppError } from '#libs/kernel';
import { facts, parseFact, type DurableDefinition, type Fact } from '#libs/contracts';
import type { Logger } from '../logging/index.js';
import type { Bus } from './bus.js';

export type FactHandler = (fact: Fact) => Promise<void>;

/** How long after the n-th failed delivery the next one comes; after the last one the message is dead. */
const BACKOFF_MS = [1_000, 5_000, 30_000, 120_000, 600_000] as const;
const PAUSE_MS = { first: 250, last: 5_000 } as const;
const RESTART_MS = 500;
const PUBLISH_TIMEOUT_MS = 1_500;

/**
 * Runs the durable consumers of a process. Each delivery ends in ack (after the handler's commit), a later retry, or a dead
 * letter with its reason. A dependency that is down pauses the consumer on that message and burns no deliveries.
 */
export class FactConsumers {
  readonly #open = new Set<ConsumerMessages>();
  readonly #loops = new Set<Promise<void>>();
  #stopped = false;

  constructor(
    private readonly bus: Bus,
    private readonly logger: Logger,
  ) {}

  run(durable: DurableDefinition, handler: FactHandler): void {
    const loop = this.#loop(durable, handler).finally(() => this.#loops.delete(loop));
    this.#loops.add(loop);
  }

  /** Takes no further message and waits for those being handled. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const messages of this.#open) messages.stop();
    await Promise.allSettled(this.#loops);
  }

  async #loop(durable: DurableDefinition, handler: FactHandler): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.#consume(await this.bus.connection(), durable, handler);
      } catch (error) {
        if (!this.#stopped) this.logger.warn({ err: error, consumer: durable.name }, 'a consumer starts again');
      }
      if (!this.#stopped) await sleep(RESTART_MS);
    }
  }

  async #consume(connection: NatsConnection, durable: DurableDefinition, handler: FactHandler): Promise<void> {
    const consumer = await jetstream(connection).consumers.get(durable.stream, durable.name);
    const messages = await consumer.consume({ max_messages: 100, idle_heartbeat: 2_000, expires: 10_000 });
    this.#open.add(messages);
    void this.#watch(messages);
    try {
      for await (const message of messages) {
        if (this.#stopped) break;
        await this.#deliver(connection, durable, handler, message);
      }
    } finally {
      this.#open.delete(messages);
    }
  }

  /** A consumer can stall after a reconnect: missed heartbeats mean "make the iterator anew". */
  async #watch(messages: ConsumerMessages): Promise<void> {
    for await (const status of messages.status()) {
      if (status.type === 'heartbeats_missed' && status.count >= 2) messages.stop();
    }
  }

  async #deliver(nc: NatsConnection, durable: DurableDefinition, handler: FactHandler, message: JsMsg): Promise<void> {
    let fact: Fact;
    try {
      fact = parseFact(message.string(), facts);
    } catch (error) {
      return this.#bury(nc, durable, message, `not a known fact: ${reason(error)}`);
    }
    try {
      await this.#handlePatiently(handler, fact, message);
      message.ack();
    } catch (error) {
      await this.#retryOrBury(nc, durable, message, error);
    }
  }

  async #handlePatiently(handler: FactHandler, fact: Fact, message: JsMsg): Promise<void> {
    for (let waitMs: number = PAUSE_MS.first; ; waitMs = Math.min(waitMs * 2, PAUSE_MS.last)) {
      try {
        return await handler(fact);
      } catch (error) {
        if (!(error instanceof AppError && error.retryable) || this.#stopped) throw error;
        this.logger.warn({ err: error, fact: fact.id }, 'a consumer waits for a dependency');
        message.working();
        await sleep(waitMs);
      }
    }
  }

  async #retryOrBury(nc: NatsConnection, durable: DurableDefinition, message: JsMsg, error: unknown): Promise<void> {
    if (this.#stopped) return message.nak();
    const waitMs = BACKOFF_MS[message.info.deliveryCount - 1];
    this.logger.error({ err: error, consumer: durable.name, seq: message.seq, retry_ms: waitMs }, 'a fact failed');
    if (waitMs !== undefined) return message.nak(waitMs);
    await this.#bury(nc, durable, message, reason(error));
  }

  /** Writes the dead letter first: a crash in between makes two of them, never none. */
  async #bury(nc: NatsConnection, durable: DurableDefinition, message: JsMsg, why: string): Promise<void> {
    const head = headers();
    head.set('loom-reason', why.replaceAll(/[\r\n]+/g, ' ').slice(0, 500));
    head.set('loom-subject', message.subject);
    head.set('loom-attempts', String(message.info.deliveryCount));
    const msgID = `${durable.name}:${message.info.streamSequence}`;
    await jetstream(nc).publish(`dead.${durable.name}`, message.data, {
      headers: head,
      msgID,
      timeout: PUBLISH_TIMEOUT_MS,
    });
    this.logger.error({ consumer: durable.name, seq: message.seq, reason: why }, 'a message went to the dead letters');
    message.term(why.slice(0, 100));
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
