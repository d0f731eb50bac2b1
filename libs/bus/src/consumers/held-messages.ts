import type { JsMsg } from '@nats-io/jetstream';

export interface BatchLimits {
  readonly maxMessages: number;
  /** Payload bytes of a batch. A larger message is handled in a batch of its own. */
  readonly maxBytes: number;
}

/** A message delivered more often is handled alone: it may be the one that crashes the process each time. */
const MAX_DELIVERIES_IN_BATCH = 10;

/** The messages that a batch consumer has received and not finished: first waiting, then in a batch at work. */
export class HeldMessages {
  readonly #held = new Set<JsMsg>();
  #waiting: JsMsg[] = [];
  #waitingBytes = 0;
  #bytes = 0;

  constructor(private readonly limits: BatchLimits) {}

  /** Payload bytes of all held messages. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Messages that are in no batch yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Whether a whole batch waits. */
  get isFull(): boolean {
    return this.#waiting.length >= this.limits.maxMessages || this.#waitingBytes >= this.limits.maxBytes;
  }

  add(message: JsMsg): void {
    this.#held.add(message);
    this.#waiting.push(message);
    this.#waitingBytes += message.data.length;
    this.#bytes += message.data.length;
  }

  /** Moves the oldest waiting messages into a batch, within the limits; they stay held until `release`. */
  takeBatch(): readonly JsMsg[] {
    let bytes = 0;
    const isEnd = (message: JsMsg, i: number): boolean => {
      bytes += message.data.length;
      if (i === 0) return false;
      const isOverLimit = i === this.limits.maxMessages || bytes > this.limits.maxBytes;
      return isOverLimit || mustBeAlone(message) || mustBeAlone(this.#waiting[0]!);
    };
    const end = this.#waiting.findIndex(isEnd);
    const batch = this.#waiting.splice(0, end === -1 ? this.#waiting.length : end);
    this.#waitingBytes -= bytesOf(batch);
    return batch;
  }

  /** Forgets the messages of a finished batch. */
  release(batch: readonly JsMsg[]): void {
    for (const message of batch) this.#held.delete(message);
    this.#bytes -= bytesOf(batch);
  }

  /** Restarts `ack_wait` for every held message, so that the server does not deliver it again. */
  keepAll(): void {
    for (const message of this.#held) message.working();
  }

  /** Returns the waiting messages to the server, which delivers them again at once. */
  returnWaiting(): void {
    for (const message of this.#waiting) message.nak();
    this.release(this.#waiting);
    this.#waiting = [];
    this.#waitingBytes = 0;
  }
}

function mustBeAlone({ info }: JsMsg): boolean {
  return info.deliveryCount > MAX_DELIVERIES_IN_BATCH;
}

function bytesOf(messages: readonly JsMsg[]): number {
  return messages.reduce((sum, { data }) => sum + data.length, 0);
}
