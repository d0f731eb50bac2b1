import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import { keepOpen } from './keep-open.js';

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
} as const;

/**
 * Sends the head of server-sent events: from here on the answer is its owner's, who must end it when the process stops. Neither
 * the request's headers nor the reply may be used any more.
 */
export function openEventStream(reply: FastifyReply): ServerResponse {
  keepOpen(reply);
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, { ...reply.getHeaders(), ...HEADERS } as Record<string, string>);
  raw.flushHeaders();
  raw.socket?.setNoDelay(true);
  letGo(reply);
  return raw;
}

const ignore = (): void => undefined;

/**
 * Fastify listens for the end of every answer, to log and count it, and so keeps the request and the reply with all that was
 * parsed: too much for thousands of streams, which are counted where they are kept.
 */
function letGo({ raw, request }: FastifyReply): void {
  for (const event of ['finish', 'error']) {
    for (const listener of raw.listeners(event)) {
      if (listener.name === 'onResFinished') raw.off(event, listener as () => void);
    }
  }
  raw.on('error', ignore);
  request.raw.headers = {};
  request.raw.rawHeaders = [];
}

/** What an event stream begins with. Not less than a second: EventSource waits so long before every try, also while nobody answers. */
export function retryLine(): string {
  return `retry: ${jitter(1_000, 5_000)}\n\n`;
}

/** A whole number in between, so that what began together does not go on together. */
export function jitter(from: number, to: number): number {
  return Math.round(from + Math.random() * (to - from));
}
