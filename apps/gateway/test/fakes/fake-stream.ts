import type { EventStream } from '../../src/application/events/ports.js';

export interface SentEvent {
  readonly event: string;
  readonly data: object;
  readonly id?: string;
}

/** An event stream for tests; its client reads when `read` is called. */
export class FakeStream implements EventStream {
  readonly sent: SentEvent[] = [];
  unreadBytes = 0;
  hasEnded = false;
  #onDrain = (): void => undefined;
  #onClose = (): void => undefined;

  send(event: string, data: object, id?: string): void {
    if (!this.hasEnded) this.sent.push({ event, data, ...(id !== undefined && { id }) });
  }

  end(): void {
    this.hasEnded = true;
    this.close();
  }

  onDrain(listener: () => void): void {
    this.#onDrain = listener;
  }

  onClose(listener: () => void): void {
    this.#onClose = listener;
  }

  /** The client reads everything. */
  read(): void {
    this.unreadBytes = 0;
    this.#onDrain();
  }

  /** The client disconnects. */
  close(): void {
    this.#onClose();
  }

  names(): readonly string[] {
    return this.sent.map(({ event }) => event);
  }
}
