import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface RawAnswer {
  /** Of the first answer; `undefined` when the connection ended without one. */
  readonly status: number | undefined;
  readonly code: string | undefined;
  /** Bytes that were sent until it ended. */
  readonly sent: number;
  readonly seconds: number;
}
export interface RawRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What follows the head, piece by piece. */
  readonly pieces: Iterable<Buffer>;
  /** Waits for so long between the pieces. */
  readonly pauseMs?: number;
}

/** One POST over a socket of its own, as slow or as big as it likes; resolves when the server has closed it. */
export async function rawPost(baseUrl: string, { path, headers, pieces, pauseMs }: RawRequest): Promise<RawAnswer> {
  const { hostname, port, host } = new URL(baseUrl);
  const socket = connect(Number(port), hostname);
  const startedAt = performance.now();
  let received = '';
  let isOver = false;
  socket.on('data', (data) => (received += data.toString('latin1')));
  // A server that refuses a body in full flow resets the connection: that is an end like any other.
  socket.on('error', () => undefined);
  const over = new Promise<void>((resolve) => socket.once('close', () => ((isOver = true), resolve())));
  const lines = Object.entries({ host, connection: 'close', ...headers }).map(([name, value]) => `${name}: ${value}`);
  socket.write(`POST ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
  let sent = 0;
  for (const piece of pieces) {
    const isWritten = await Promise.race([written(socket, piece), over]);
    if (isOver || isWritten !== true) break;
    sent += piece.length;
    if (pauseMs !== undefined) await Promise.race([sleep(pauseMs), over]);
  }
  await over;
  const status = /^HTTP\/1\.1 (\d+)/.exec(received)?.[1];
  const code = /"code":"(\w+)"/.exec(received)?.[1];
  return {
    status: status === undefined ? undefined : Number(status),
    code,
    sent,
    seconds: (performance.now() - startedAt) / 1_000,
  };
}

/** False when the other side has closed. */
function written(socket: Socket, piece: Buffer): Promise<boolean> {
  return new Promise((resolve) => socket.write(piece, (error) => resolve(error === undefined || error === null)));
}
