import { jetstream } from '@nats-io/jetstream';
import { headers } from '@nats-io/transport-node';
import { FactPublisher, type PublishOptions } from '#libs/facts';
import type { Bus } from './bus.js';

const TIMEOUT_MS = 1_500;

/**
 * Publishes facts to JetStream; resolves when the server has acknowledged that the fact is stored. A publish that failed with a
 * timeout may have been stored: repeat it with the same id, and the stream drops the duplicate.
 */
export class NatsFactPublisher extends FactPublisher {
  constructor(private readonly bus: Bus) {
    super();
  }

  override async publish(subject: string, payload: string | Uint8Array, options: PublishOptions): Promise<void> {
    const head = headers();
    for (const [name, value] of Object.entries(options.headers)) head.set(name, value);
    await jetstream(this.bus.live()).publish(subject, payload, {
      msgID: options.msgId,
      headers: head,
      timeout: TIMEOUT_MS,
    });
  }
}
