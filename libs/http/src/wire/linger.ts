import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Time for data that was on its way when the answer was sent. A client that has read the answer closes its side earlier. */
const LINGER_MS = 1_000;

/**
 * Ends a connection on which more data may arrive: sends `lastWords`, discards incoming data, and closes after at most a second.
 * Closing at once would reset the connection, and a client that sends everything before it reads would lose the answer.
 * The caller must make sure that the socket is read.
 */
export function endAndLinger(socket: Socket, lastWords = ''): void {
  const cut = setTimeout(() => socket.destroy(), LINGER_MS).unref();
  socket.once('end', () => socket.destroySoon()).once('close', () => clearTimeout(cut));
  socket.end(lastWords);
}

/**
 * Replaces Node's immediate close after the last answer of a connection: while the request still arrives, it uses `endAndLinger`.
 * The socket is that of the answer: a proxy takes it away from a request that it cannot forward. Without one the client has left.
 */
export function lingerWhileArriving(request: IncomingMessage, { socket }: ServerResponse): void {
  if (socket === null) return;
  socket.destroySoon = () => {
    delete (socket as Partial<Socket>).destroySoon;
    if (request.complete) socket.destroySoon();
    else endAndLinger(socket);
  };
  request.resume();
}
