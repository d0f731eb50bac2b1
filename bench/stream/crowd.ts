import { connect, type Socket } from 'node:net';

const AT_ONCE = 100;
const PATIENCE_MS = 60_000;

/** Readers over bare sockets: they note when an event arrives, and do nothing else. */
export class Crowd {
  readonly #sockets = new Set<Socket>();
  #arrived: number[] = [];
  #all: (() => void) | undefined;

  constructor(
    private readonly port: number,
    private readonly request: string,
    private readonly size: number,
    /** In the first bytes of a stream that is open. */
    private readonly begins: string,
    /** In the event of a fan-out. */
    private readonly mark: string,
  ) {}

  /** Connects all readers, `atOnce` at a time. Resolves with the duration in ms when every stream has begun. */
  async join(atOnce = AT_ONCE): Promise<number> {
    const start = performance.now();
    for (let joined = 0; joined < this.size; joined += atOnce) {
      await Promise.all(Array.from({ length: Math.min(atOnce, this.size - joined) }, () => this.#one()));
    }
    return performance.now() - start;
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }

  /** Milliseconds from the first reader's event to each one's. @throws Error when one does not get it within a minute */
  async fanOut(trigger: () => unknown): Promise<readonly number[]> {
    this.#arrived = [];
    const all = new Promise<void>((resolve, reject) => {
      this.#all = resolve;
      setTimeout(() => reject(new Error(`${this.#arrived.length} of ${this.size} received it`)), PATIENCE_MS).unref();
    });
    await trigger();
    await all;
    return this.#arrived.map((at) => at - this.#arrived[0]!);
  }

  #one(): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.port, '127.0.0.1', () => socket.write(this.request));
      this.#sockets.add(socket.setNoDelay(true));
      let head: string | undefined = '';
      socket.on('error', reject).on('data', (data) => {
        if (head === undefined) return this.#receive(data);
        head += data.toString('latin1');
        if (!head.includes(this.begins)) return;
        head = undefined;
        resolve();
      });
    });
  }

  #receive(data: Buffer): void {
    if (!data.includes(this.mark)) return;
    this.#arrived.push(performance.now());
    if (this.#arrived.length === this.size) this.#all?.();
  }
}
