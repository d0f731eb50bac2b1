import type { FastifyReply } from 'fastify';
import type { ServerResponse } from 'node:http';
import { openEventStream, retryLine } from '#libs/http';
import type { EventStream } from '../../application/events/ports.js';

/** Server-sent events on the response of a request. */
class SseStream implements EventStream {
  constructor(private readonly response: ServerResponse) {}

  get unreadBytes(): number {
    return this.response.writableLength;
  }

  send(event: string, data: object, id?: string): void {
    if (this.response.writableEnded) return;
    const idLine = id === undefined ? '' : `id: ${id}\n`;
    this.response.write(`event: ${event}\n${idLine}data: ${JSON.stringify(data)}\n\n`);
  }

  end(): void {
    this.response.end();
  }

  onDrain(listener: () => void): void {
    this.response.on('drain', listener);
  }

  onClose(listener: () => void): void {
    this.response.once('close', listener);
  }
}

/** Sends the head of an event stream. Returns `undefined` when the client has disconnected. */
export function openLiveStream(reply: FastifyReply): EventStream | undefined {
  if (reply.request.raw.destroyed) return undefined;
  const response = openEventStream(reply);
  response.write(retryLine());
  return new SseStream(response);
}
