import { get, type ClientRequest } from 'node:http';
import { createParser } from 'eventsource-parser';

export interface ReceivedEvent {
  readonly id: string | undefined;
  readonly event: string | undefined;
  readonly data: unknown;
  /** `performance.now()` when it was parsed. */
  readonly at: number;
}

const PATIENCE_MS = 5_000;

/** One SSE reader, for floor and ours alike. */
export class StreamClient {
  readonly #events: ReceivedEvent[] = [];
  #wake: (() => void) | undefined;

  private constructor(private readonly request: ClientRequest) {}

  static open(url: string, headers: Readonly<Record<string, string>> = {}): Promise<StreamClient> {
    return new Promise((resolve, reject) => {
      const request = get(url, { headers: { accept: 'text/event-stream', ...headers } }, (response) => {
        if (response.statusCode !== 200) return reject(new Error(`The stream answered ${response.statusCode}`));
        const parser = createParser({ onEvent: ({ id, event, data }) => client.#receive(id, event, JSON.parse(data)) });
        response.setEncoding('utf8').on('data', (chunk: string) => parser.feed(chunk));
        resolve(client);
      });
      const client = new StreamClient(request);
      request.on('error', reject);
    });
  }

  /** The next event that `matches`; drops the events before it. @throws Error after 5 s */
  async next(matches: (event: ReceivedEvent) => boolean): Promise<ReceivedEvent> {
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      for (let event = this.#events.shift(); event !== undefined; event = this.#events.shift()) {
        if (matches(event)) return event;
      }
      if (performance.now() > end) throw new Error('The change does not arrive on the stream');
      await this.#news();
    }
  }

  close(): void {
    this.request.destroy();
  }

  async #news(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    const timer = setTimeout(resolve, PATIENCE_MS);
    await promise;
    clearTimeout(timer);
  }

  #receive(id: string | undefined, event: string | undefined, data: unknown): void {
    this.#events.push({ id, event, data, at: performance.now() });
    this.#wake?.();
  }
}
