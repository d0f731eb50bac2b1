import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** A connection that has sent nothing for this time is closed first: a request usually follows at once. */
const SILENT_MS = 250;
/** Pause between two searches, which look at every connection. */
const SEARCH_MS = 100;

/**
 * Keeps the number of open connections at most at `max()`, so that a file descriptor is always left to accept the next one. Beyond it, a
 * connection without a request is closed in exchange: first those that have sent nothing, oldest first, then those that are kept
 * alive. When every connection has a request, the new one is closed.
 */
export function boundConnections(server: Server, max: () => number, now: () => number = () => performance.now()): void {
  const connections = new Connections(now);
  server.on('connection', (socket: Socket) => {
    if (connections.add(socket) > max()) (connections.nextIdle(socket) ?? socket).destroy();
  });
}

class Connections {
  /** Time of arrival in ms, oldest first. */
  readonly #open = new Map<Socket, number>();
  /** Those that the last search found, the first to close last. */
  #idle: Socket[] = [];
  #searchedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly now: () => number) {}

  /** Returns the number of open connections. */
  add(socket: Socket): number {
    this.#open.set(socket, this.now());
    socket.once('close', () => this.#open.delete(socket));
    return this.#open.size;
  }

  nextIdle(except: Socket): Socket | undefined {
    return this.#takeIdle() ?? (this.#search(except) ? this.#takeIdle() : undefined);
  }

  #takeIdle(): Socket | undefined {
    for (let socket = this.#idle.pop(); socket !== undefined; socket = this.#idle.pop()) {
      if (this.#open.has(socket) && isIdle(socket)) return socket;
    }
    return undefined;
  }

  #search(except: Socket): boolean {
    const now = this.now();
    if (now - this.#searchedAt < SEARCH_MS) return false;
    this.#searchedAt = now;
    const idle = [...this.#open].filter(([socket]) => socket !== except && isIdle(socket));
    const silent = idle.filter(([socket, since]) => socket.bytesRead === 0 && now - since >= SILENT_MS);
    const kept = idle.filter(([socket]) => socket.bytesRead > 0);
    this.#idle = [...silent, ...kept].map(([socket]) => socket).toReversed();
    return true;
  }
}

/** Whether Node has no request and no answer at work on the connection. */
function isIdle(socket: Socket): boolean {
  const { _httpMessage: answer } = socket as Socket & { readonly _httpMessage?: object | null };
  return !socket.destroyed && (answer === undefined || answer === null);
}
