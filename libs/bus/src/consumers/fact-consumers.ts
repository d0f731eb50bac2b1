import { jetstream, type Consumer, type JsMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { DurableDefinition } from '#libs/contracts';
import type { Logger } from '#libs/observability';
import { pause } from '#libs/kernel';
import type { Bus } from '../connection/bus.js';
import type { ConsumerMetrics } from './consumer-metrics.js';
import { Deliveries, type FactHandler } from './deliveries.js';
import { BACKOFF_MS } from './delivery-policy.js';

export interface FactConsumersOptions {
  readonly metrics?: ConsumerMetrics;
  /** For tests: delay after the n-th failure of a message, in ms. After the last one the message becomes a dead letter. */
  readonly backoffMs?: readonly number[];
}

const RESTART_MS = 500;
/** After two missed heartbeats the pull ends and the next one begins, so a consumer cannot stall after a reconnect. */
const PULL = { max_messages: 1, expires: 10_000, idle_heartbeat: 2_000 } as const;

/**
 * Runs the durable consumers of a process. Each pulls one message at a time: the next ones stay on the server, where `ack_wait`
 * does not count for them, however long the current one waits for a dependency.
 */
export class FactConsumers {
  readonly #loops = new Set<Promise<void>>();
  readonly #stop = new AbortController();
  readonly #stopping = new Promise<undefined>((resolve) => {
    this.#stop.signal.addEventListener('abort', () => resolve(undefined));
  });

  constructor(
    private readonly bus: Bus,
    private readonly logger: Logger,
    private readonly options: FactConsumersOptions = {},
  ) {}

  /** Starts a consumer in the background; NATS need not be reachable yet. */
  run(durable: DurableDefinition, handler: FactHandler): void {
    const { metrics, backoffMs = BACKOFF_MS } = this.options;
    metrics?.watch(durable);
    const stopped = this.#stop.signal;
    const deliveries = new Deliveries({ durable, handler, logger: this.logger, metrics, backoffMs, stopped });
    const loop = this.#loop(durable, deliveries).finally(() => this.#loops.delete(loop));
    this.#loops.add(loop);
  }

  /** Stops pulling, waits for messages at work and returns those that wait for a dependency to the server. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.allSettled(this.#loops);
  }

  async #loop(durable: DurableDefinition, deliveries: Deliveries): Promise<void> {
    const stopped = this.#stop.signal;
    while (!stopped.aborted) {
      try {
        const connection = await Promise.race([this.bus.connection(), this.#stopping]);
        if (connection !== undefined) await this.#consume(connection, durable, deliveries);
      } catch (error) {
        if (!stopped.aborted) this.logger.warn({ err: error, consumer: durable.name }, 'a consumer starts again');
      }
      await pause(RESTART_MS, stopped);
    }
  }

  async #consume(connection: NatsConnection, durable: DurableDefinition, deliveries: Deliveries): Promise<void> {
    const stopped = this.#stop.signal;
    const consumer = await jetstream(connection).consumers.get(durable.stream, durable.name);
    while (!stopped.aborted) {
      const message = await nextMessage(consumer, stopped);
      if (message === undefined) continue;
      if (stopped.aborted) message.nak();
      else await deliveries.handle(connection, message);
    }
  }
}

/** Returns the next message; `undefined` when none arrives within 10 s, or on stop. */
async function nextMessage(consumer: Consumer, stopped: AbortSignal): Promise<JsMsg | undefined> {
  const messages = await consumer.fetch(PULL);
  const stop = (): void => messages.stop();
  stopped.addEventListener('abort', stop, { once: true });
  if (stopped.aborted) stop();
  try {
    for await (const message of messages) return message;
    return undefined;
  } finally {
    stopped.removeEventListener('abort', stop);
  }
}
