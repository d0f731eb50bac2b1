import { connect, type Socket } from 'node:net';

const AT_ONCE = 200;

/** How a request for a stream was answered. */
interface Outcome {
  /** `undefined`: the connection ended without an answer. */
  readonly status: number | undefined;
  readonly retryAfter: number | undefined;
}

/** Many clients of one server, each with a connection of its own that it keeps open. */
export class StreamFlood {
  readonly outcomes: Outcome[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #port: number;

  /** @param path and headers of the stream that is asked for */
  constructor(
    url: string,
    private readonly path: string,
    private readonly headers: Readonly<Record<string, string>>,
  ) {
    this.#port = Number(new URL(url).port);
  }

  /** Asks for so many streams. Resolves when each has been answered with a status. */
  async ask(count: number, atOnce = AT_ONCE): Promise<void> {
    for (let asked = 0; asked < count; asked += atOnce) {
      const some = Array.from({ length: Math.min(atOnce, count - asked) }, () => this.#askOne());
      this.outcomes.push(...(await Promise.all(some)));
    }
  }

  /** Opens so many connections without a request. */
  async connectSilently(count: number): Promise<void> {
    for (let i = 0; i < count; i += 1) await new Promise<void>((resolve) => this.#dial(resolve));
  }

  /** How often a status was answered. */
  count(status: number | undefined): number {
    return this.outcomes.filter((outcome) => outcome.status === status).length;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }

  #dial(onConnect: () => void): Socket {
    const socket = connect(this.#port, '127.0.0.1', onConnect);
    this.#sockets.add(socket);
    return socket.on('error', () => undefined);
  }

  #askOne(): Promise<Outcome> {
    return new Promise((resolve) => {
      const lines = Object.entries({ host: 'localhost', ...this.headers }).map(([name, value]) => `${name}: ${value}`);
      const socket = this.#dial(() => socket.write(`GET ${this.path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`));
      let head = '';
      const listen = (data: Buffer): void => {
        head += data.toString('latin1');
        if (!head.includes('\r\n\r\n')) return;
        socket.off('data', listen).resume();
        resolve({ status: numberIn(/^HTTP\/1\.1 (\d+)/, head), retryAfter: numberIn(/^retry-after: (\d+)/im, head) });
      };
      socket.on('data', listen).on('close', () => resolve({ status: undefined, retryAfter: undefined }));
    });
  }
}

function numberIn(pattern: RegExp, text: string): number | undefined {
  const found = pattern.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}
