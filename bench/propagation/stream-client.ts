import { get, type ClientRequest } from 'node:http';
import { createParser } from 'eventsource-parser';

export interface Heard {
  readonly id: string | undefined;
  readonly event: string | undefined;
  readonly data: unknown;
  /** `performance.now()` when it was parsed. */
  readonly at: number;
}

const PATIENCE_MS = 5_000;

/** One SSE reader, for floor and ours alike. */
export class StreamClient {
  readonly #heard: Heard[] = [];
  #wake: (() => void) | undefined;

  private constructor(private readonly request: ClientRequest) {}

  static open(url: string, headers: Readonly<Record<string, string>> = {}): Promise<StreamClient> {
    return new Promise((resolve, reject) => {
      const request = get(url, { headers: { accept: 'text/event-stream', ...headers } }, (response) => {
        if (response.statusCode !== 200) return reject(new Error(`The stream answered ${response.statusCode}`));
        const parser = createParser({ onEvent: ({ id, event, data }) => client.#hear(id, event, JSON.parse(data)) });
        response.setEncoding('utf8').on('data', (chunk: string) => parser.feed(chunk));
        resolve(client);
      });
      const client = new StreamClient(request);
      request.on('error', reject);
    });
  }

  /** The next event that `matches`, and forgets those before it. @throws after 5 s */
  async next(matches: (heard: Heard) => boolean): Promise<Heard> {
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      for (let heard = this.#heard.shift(); heard !== undefined; heard = this.#heard.shift()) {
        if (matches(heard)) return heard;
      }
      if (performance.now() > end) throw new Error('The stream does not tell the change');
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

  #hear(id: string | undefined, event: string | undefined, data: unknown): void {
    this.#heard.push({ id, event, data, at: performance.now() });
    this.#wake?.();
  }
}
