import type { JsMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { pause } from '#libs/kernel';
import { facts, parseFact, type DurableDefinition, type Fact } from '#libs/contracts';
import type { Logger } from '#libs/observability';
import type { ConsumerMetrics } from './consumer-metrics.js';
import { consumeFact } from './consume-fact.js';
import { writeDeadLetter } from '../dead-letters/dead-letters.js';
import { DEAD_LETTER_RETRY_MS, isOutage, MAX_DELIVERIES, NEVER_ENDED } from './delivery-policy.js';
import { Failures } from './failures.js';
import { reasonOf } from '../dead-letters/reason-of.js';
import { ackWaitMs } from '../topology/topology.js';

export type FactHandler = (fact: Fact) => Promise<void>;

export interface DeliveriesParts {
  readonly durable: DurableDefinition;
  readonly handler: FactHandler;
  readonly logger: Logger;
  readonly metrics?: ConsumerMetrics;
  /** Delay after the n-th failure of a message, in ms. After the last one the message becomes a dead letter. */
  readonly backoffMs: readonly number[];
  /** Once aborted, no retry begins and a message that waits for a dependency is returned to the server. */
  readonly stopped: AbortSignal;
}

const PAUSE_MS = { first: 250, last: 5_000 } as const;

/**
 * Handles messages of one consumer. Each ends with an ack (after the commit of the handler), a later try, or a dead letter with
 * its reason. While a dependency is down, the message is held and retried; `working` keeps the server from delivering it again.
 */
export class Deliveries {
  readonly #failures = new Failures();

  constructor(private readonly parts: DeliveriesParts) {}

  /** Handles one delivery to its end; never throws. */
  async handle(connection: NatsConnection, message: JsMsg): Promise<void> {
    const working = (): void => (connection.isClosed() ? undefined : message.working());
    const alive = setInterval(working, ackWaitMs(this.parts.durable) / 3);
    try {
      await this.#decide(connection, message);
    } catch (error) {
      this.parts.logger.error({ err: error, ...this.#names(message) }, 'a dead letter cannot be written');
      message.nak(DEAD_LETTER_RETRY_MS);
    } finally {
      clearInterval(alive);
    }
  }

  async #decide(connection: NatsConnection, message: JsMsg): Promise<void> {
    const { deliveryCount } = message.info;
    const giveUp = (reason: string, attempts: number) => this.#toDeadLetters(connection, message, reason, attempts);
    if (deliveryCount > MAX_DELIVERIES) return giveUp(NEVER_ENDED, MAX_DELIVERIES);
    let fact: Fact;
    try {
      fact = parseFact(message.string(), facts);
    } catch (error) {
      return giveUp(`not a known fact: ${reasonOf(error)}`, 1);
    }
    const { durable, logger, metrics } = this.parts;
    const failed = (error: unknown) => this.#retryOrGiveUp(message, fact, error, giveUp);
    const consumed = { consumer: durable.name, fact, logger, metrics };
    await consumeFact(consumed, () => this.#handleWithRetry(fact)).then(() => this.#done(message), failed);
  }

  #done(message: JsMsg): void {
    message.ack();
    this.#failures.forget(message.seq);
    this.parts.metrics?.handled(this.parts.durable.name);
  }

  /** Retries while a dependency is down; other errors are thrown. */
  async #handleWithRetry(fact: Fact): Promise<void> {
    const { handler, logger, stopped, durable } = this.parts;
    for (let waitMs: number = PAUSE_MS.first; ; waitMs = Math.min(waitMs * 2, PAUSE_MS.last)) {
      try {
        return await handler(fact);
      } catch (error) {
        if (!isOutage(error) || stopped.aborted) throw error;
        logger.warn({ err: error, fact: fact.id, consumer: durable.name }, 'a consumer waits for a dependency');
        await pause(waitMs, stopped);
      }
    }
  }

  async #retryOrGiveUp(
    message: JsMsg,
    fact: Fact,
    error: unknown,
    giveUp: (reason: string, attempts: number) => Promise<void>,
  ): Promise<void> {
    const { backoffMs, logger, metrics, durable, stopped } = this.parts;
    if (stopped.aborted) return message.nak();
    const failures = this.#failures.add(message.seq);
    const waitMs = backoffMs[failures - 1];
    metrics?.failed(durable.name);
    const cause = { fact: fact.id, request_id: fact.metadata.correlation_id, err: error };
    logger.error({ ...cause, ...this.#names(message), failures, retry_ms: waitMs }, 'a fact failed');
    if (waitMs === undefined) await giveUp(reasonOf(error), failures);
    else message.nak(waitMs);
  }

  async #toDeadLetters(connection: NatsConnection, message: JsMsg, reason: string, attempts: number): Promise<void> {
    const { durable, logger, metrics } = this.parts;
    await writeDeadLetter(connection, { consumer: durable.name, message, reason, attempts });
    message.term();
    this.#failures.forget(message.seq);
    metrics?.dead(durable.name);
    logger.error({ ...this.#names(message), reason }, 'a message went to the dead letters');
  }

  #names({ seq }: JsMsg): { consumer: string; seq: number } {
    return { consumer: this.parts.durable.name, seq };
  }
}
