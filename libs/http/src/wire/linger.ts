import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/** For what was on its way when the answer left; a sender that has read it by then closes its side. */
const LINGER_MS = 1_000;

/**
 * Ends a connection on which more may still come: no more is sent, what comes is thrown away, and the rest is cut after a second.
 * Closing at once would answer it with a reset, which takes the answer away from whoever sends first and reads then.
 * The caller sees to it that the socket is read.
 */
export function endAndLinger(socket: Socket, lastWords = ''): void {
  const cut = setTimeout(() => socket.destroy(), LINGER_MS).unref();
  socket.once('end', () => socket.destroySoon()).once('close', () => clearTimeout(cut));
  socket.end(lastWords);
}

/** Node destroys a connection with its last answer. While the request still arrives, it ends gently instead. */
export function lingerWhileArriving(request: IncomingMessage): void {
  const { socket } = request;
  socket.destroySoon = () => {
    delete (socket as Partial<Socket>).destroySoon;
    if (request.complete) socket.destroySoon();
    else endAndLinger(socket);
  };
  request.resume();
}
