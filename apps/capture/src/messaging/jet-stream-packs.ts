import { setTimeout as sleep } from 'node:timers/promises';
import { jetstream, jetstreamManager, JetStreamApiError, type JetStreamClient } from '@nats-io/jetstream';
import { headers, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node';
import { CAPTURE_STREAM, durables, PACK_HEADERS, PACK_OF_EVENTS, packSubject, streams } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import { checkTopology, type Bus } from '#libs/bus';
import { notDurable } from '../application/intake/not-durable.js';
import type { Pack, PackPublisher } from '../application/intake/ports.js';

/** A publish that takes longer is tried again under the same id: it may have arrived or not. */
const ATTEMPT_MS = 800;
const PAUSE_MS = 50;
/** "maximum bytes exceeded"; NATS answers the same when its disk is full. */
const STREAM_FULL = 10_077;
/** A full stream does not get room sooner. */
const RETRY_FULL_S = 5;

const topology = {
  streams: streams.filter(({ name }) => name === CAPTURE_STREAM),
  durables: [durables.analyticsEvents],
};

/**
 * Publishes packs as messages of the stream of events. Publishes nothing before stream and consumer exist: without a consumer the
 * stream drops its messages.
 */
export class JetStreamPacks implements PackPublisher {
  #client: { readonly of: NatsConnection; readonly jetstream: JetStreamClient } | undefined;
  #isComplete = false;

  constructor(private readonly bus: Bus) {
    // The new connection may lead to a server without them.
    bus.onConnect(() => (this.#isComplete = false));
  }

  async publish(pack: Pack, deadlineMs: number): Promise<void> {
    for (;;) {
      try {
        return await this.#attempt(pack, Math.min(ATTEMPT_MS, deadlineMs - performance.now()));
      } catch (error) {
        if (isFull(error)) throw full(error);
        if (performance.now() + PAUSE_MS >= deadlineMs) throw notDurable(error);
      }
      await sleep(PAUSE_MS);
    }
  }

  /** @throws Error when the stream or its consumer is missing */
  async check(): Promise<void> {
    await checkTopology(this.bus.live(), topology);
  }

  /** Share of the stream's room that is taken, 0 to 1; `undefined` when NATS does not answer. */
  async fullness(): Promise<number | undefined> {
    try {
      const manager = await jetstreamManager(this.bus.live(), { timeout: 500, checkAPI: false });
      const { state, config } = await manager.streams.info(CAPTURE_STREAM);
      return state.bytes / config.max_bytes;
    } catch {
      return undefined;
    }
  }

  async #attempt({ id, orgId, data, cause }: Pack, timeoutMs: number): Promise<void> {
    const connection = this.bus.live();
    if (!this.#isComplete) {
      await this.check();
      this.#isComplete = true;
    }
    const head = headOf(cause.requestId, cause.traceparent);
    const timeout = Math.max(1, Math.ceil(timeoutMs));
    // An acknowledgement with `duplicate` is a success: an earlier attempt has arrived.
    await this.#clientOf(connection).publish(packSubject(orgId), data, { msgID: id, headers: head, timeout });
  }

  #clientOf(connection: NatsConnection): JetStreamClient {
    if (this.#client?.of !== connection) this.#client = { of: connection, jetstream: jetstream(connection) };
    return this.#client.jetstream;
  }
}

function headOf(requestId: string, traceparent: string | undefined): MsgHdrs {
  const head = headers();
  head.set(PACK_HEADERS.kind, PACK_OF_EVENTS.kind);
  head.set(PACK_HEADERS.version, PACK_OF_EVENTS.version);
  head.set('x-request-id', requestId);
  if (traceparent !== undefined) head.set('traceparent', traceparent);
  return head;
}

function isFull(error: unknown): boolean {
  return error instanceof JetStreamApiError && error.code === STREAM_FULL;
}

function full(cause: unknown): AppError {
  const details = [{ message: 'No events are accepted until stored ones make room', retry_after: RETRY_FULL_S }];
  return new AppError('overloaded', 'The intake of events is full; send them again later', details, { cause });
}
