import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

/** Pause between two searches for idle connections, which look at every connection. */
const SEARCH_MS = 100;

/**
 * Keeps the number of open connections at most at `max()`, so that a file descriptor is always left to accept the next one. Beyond
 * it, another connection is closed in exchange for a new one: first those that have sent no request yet, oldest first, since a
 * request usually follows at once; then those that are kept alive. When every connection has a request, the new one is closed.
 */
export function boundConnections(server: Server, max: () => number): void {
  const connections = new Connections();
  server.on('connection', (socket: Socket) => {
    if (connections.add(socket) > max()) (connections.nextIdle(socket) ?? socket).destroy();
  });
  server.prependListener('request', ({ socket }: IncomingMessage) => connections.noteRequest(socket));
}

class Connections {
  readonly #open = new Set<Socket>();
  /** Those without any request, oldest first. */
  readonly #silent = new Set<Socket>();
  /** Those that the last search found, the first to close last. */
  #idle: Socket[] = [];
  #searchedAt = Number.NEGATIVE_INFINITY;

  /** Returns the number of open connections. */
  add(socket: Socket): number {
    this.#open.add(socket);
    this.#silent.add(socket);
    socket.once('close', () => this.#remove(socket));
    return this.#open.size;
  }

  noteRequest(socket: Socket): void {
    this.#silent.delete(socket);
  }

  /** Removes and returns a connection to close in exchange for a new one. */
  nextIdle(newcomer: Socket): Socket | undefined {
    const [silent] = this.#silent;
    const found = silent !== newcomer ? silent : (this.#takeIdle() ?? (this.#search() ? this.#takeIdle() : undefined));
    if (found !== undefined) this.#remove(found);
    return found;
  }

  #remove(socket: Socket): void {
    this.#open.delete(socket);
    this.#silent.delete(socket);
  }

  #takeIdle(): Socket | undefined {
    for (let socket = this.#idle.pop(); socket !== undefined; socket = this.#idle.pop()) {
      if (this.#open.has(socket) && isIdle(socket)) return socket;
    }
    return undefined;
  }

  #search(): boolean {
    const now = performance.now();
    if (now - this.#searchedAt < SEARCH_MS) return false;
    this.#searchedAt = now;
    this.#idle = [...this.#open].filter((socket) => !this.#silent.has(socket) && isIdle(socket)).toReversed();
    return true;
  }
}

/** Whether Node has no request and no answer at work on the connection. */
function isIdle(socket: Socket): boolean {
  const { _httpMessage: answer } = socket as Socket & { readonly _httpMessage?: object | null };
  return !socket.destroyed && (answer === undefined || answer === null);
}
