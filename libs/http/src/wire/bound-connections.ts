import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

/** Pause between two searches for idle connections, which look at every connection. */
const SEARCH_MS = 100;

const MOMENT_MS = 20;

/** Connections that a server may have. */
export interface ConnectionBound {
  readonly max: () => number;
  /** Further ones that it may have for a moment. */
  readonly spare: number;
  /** The moment: time for the requests of new connections to arrive. Default: 20 ms. */
  readonly momentMs?: number;
}

/**
 * Bounds the open connections, so that a file descriptor is always left to accept the next one. Beyond `max`, connections without a
 * request are closed after a moment: first those that have sent none yet, oldest first, then those that are kept alive. Beyond
 * `max + spare` one is closed at once for each new one; the new one itself when every other has a request.
 */
export function boundConnections(server: Server, { max, spare, momentMs = MOMENT_MS }: ConnectionBound): void {
  const connections = new Connections();
  let timer: NodeJS.Timeout | undefined;
  const shrink = (): void => {
    timer = undefined;
    while (connections.count > max()) {
      const idle = connections.takeNext();
      if (idle === undefined) break;
      idle.destroy();
    }
  };
  server.on('connection', (socket: Socket) => {
    connections.add(socket);
    if (connections.count > max() + spare) (connections.takeNext(socket) ?? socket).destroy();
    else if (connections.count > max() && timer === undefined) {
      // Immediately after: what has arrived by then is read, however long the process was busy.
      timer = setTimeout(() => setImmediate(shrink), momentMs).unref();
    }
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

  get count(): number {
    return this.#open.size;
  }

  add(socket: Socket): void {
    this.#open.add(socket);
    this.#silent.add(socket);
    socket.once('close', () => this.#remove(socket));
  }

  noteRequest(socket: Socket): void {
    this.#silent.delete(socket);
  }

  /** Removes and returns the connection to close next, but not the newcomer. */
  takeNext(newcomer?: Socket): Socket | undefined {
    const [silent] = this.#silent;
    const isSilent = silent !== undefined && silent !== newcomer;
    const found = isSilent ? silent : (this.#takeIdle() ?? (this.#search() ? this.#takeIdle() : undefined));
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
