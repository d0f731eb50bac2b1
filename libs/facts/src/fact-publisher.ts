export interface PublishOptions {
  /** `Nats-Msg-Id`: the same id published twice is one message. */
  readonly msgId: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Publishes facts. Resolves once the bus has stored the message, also for a duplicate; rejects when that is unknown. */
export abstract class FactPublisher {
  abstract publish(subject: string, payload: Uint8Array | string, options: PublishOptions): Promise<void>;
}
