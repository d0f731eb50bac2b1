import { createParser } from 'eventsource-parser';

export interface StreamMessage {
  readonly id: string | undefined;
  readonly event: string | undefined;
  readonly data: { readonly event: string; readonly data: Record<string, unknown> };
  /** `performance.now()` at which it was parsed. */
  readonly at: number;
}

/** An SSE reader over fetch, so that the key is a header. Collects all events. */
export class StreamListener {
  readonly messages: StreamMessage[] = [];
  readonly #abort = new AbortController();
  ended = false;

  static async open(url: string, key: string): Promise<StreamListener> {
    const listener = new StreamListener();
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${key}`, accept: 'text/event-stream' },
      signal: listener.#abort.signal,
    });
    if (response.status !== 200 || response.body === null) throw new Error(`The stream answered ${response.status}`);
    void listener.#read(response.body);
    return listener;
  }

  /** The first message of that kind since `from`. */
  find(event: string, from = 0): StreamMessage | undefined {
    return this.messages.slice(from).find((message) => message.event === event);
  }

  close(): void {
    this.#abort.abort();
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    const parser = createParser({
      onEvent: ({ id, event, data }) =>
        this.messages.push({ id, event, data: JSON.parse(data) as StreamMessage['data'], at: performance.now() }),
    });
    const decoder = new TextDecoder();
    try {
      for await (const chunk of body) parser.feed(decoder.decode(chunk, { stream: true }));
    } catch {
      // Closed by `close`, or by a server that went away: both end the reader.
    }
    this.ended = true;
  }
}
