import type { JsMsg } from '@nats-io/jetstream';

export interface BatchLimits {
  readonly maxMessages: number;
  /** A single message may be larger: then it is a batch of its own. */
  readonly maxBytes: number;
}

/** From here on a message is alone in its batch: perhaps it is what ends the process each time. */
const OFTEN = 10;

/** What a batch consumer has taken from the server and not finished: first waiting, then at work. */
export class HeldMessages {
  readonly #held = new Set<JsMsg>();
  #waiting: JsMsg[] = [];
  #waitingBytes = 0;
  #bytes = 0;

  constructor(private readonly limits: BatchLimits) {}

  /** Of everything that is held. */
  get bytes(): number {
    return this.#bytes;
  }

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

  /** The oldest that wait, as many as a batch may have; they stay held. */
  takeBatch(): readonly JsMsg[] {
    let bytes = 0;
    const isEnd = (message: JsMsg, i: number): boolean => {
      bytes += message.data.length;
      if (i === 0) return false;
      const isTooMuch = i === this.limits.maxMessages || bytes > this.limits.maxBytes;
      return isTooMuch || cameOften(message) || cameOften(this.#waiting[0]!);
    };
    const end = this.#waiting.findIndex(isEnd);
    const batch = this.#waiting.splice(0, end === -1 ? this.#waiting.length : end);
    this.#waitingBytes -= bytesOf(batch);
    return batch;
  }

  release(batch: readonly JsMsg[]): void {
    for (const message of batch) this.#held.delete(message);
    this.#bytes -= bytesOf(batch);
  }

  /** Tells the server that none of them is forgotten: it delivers to nobody else for another `ack_wait`. */
  keepAll(): void {
    for (const message of this.#held) message.working();
  }

  /** Gives back what nobody began to work on. */
  returnWaiting(): void {
    for (const message of this.#waiting) message.nak();
    this.release(this.#waiting);
    this.#waiting = [];
    this.#waitingBytes = 0;
  }
}

function cameOften({ info }: JsMsg): boolean {
  return info.deliveryCount > OFTEN;
}

function bytesOf(messages: readonly JsMsg[]): number {
  return messages.reduce((sum, { data }) => sum + data.length, 0);
}
