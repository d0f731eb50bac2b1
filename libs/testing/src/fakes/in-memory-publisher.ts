import { FactPublisher, type PublishOptions } from '#libs/facts';

export interface PublishedMessage extends PublishOptions {
  readonly subject: string;
  readonly payload: string;
}

/** Keeps what was published, once per message id, as a stream does. `failWith` makes every publish fail until it is unset. */
export class InMemoryPublisher extends FactPublisher {
  readonly #messages = new Map<string, PublishedMessage>();
  failWith: Error | undefined;

  get messages(): readonly PublishedMessage[] {
    return [...this.#messages.values()];
  }

  override async publish(subject: string, payload: Uint8Array | string, options: PublishOptions): Promise<void> {
    if (this.failWith !== undefined) throw this.failWith;
    if (this.#messages.has(options.msgId)) return;
    const text = typeof payload === 'string' ? payload : new TextDecoder().decode(payload);
    this.#messages.set(options.msgId, { subject, payload: text, ...options });
  }
}
