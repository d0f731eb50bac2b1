import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import { keepOpen } from './keep-open.js';

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
} as const;

/**
 * Sends the head of a stream of server-sent events and returns the raw answer. The caller must end it when the process stops, and
 * must not use the reply or the headers of the request any more.
 */
export function openEventStream(reply: FastifyReply): ServerResponse {
  keepOpen(reply);
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, { ...reply.getHeaders(), ...HEADERS } as Record<string, string>);
  raw.flushHeaders();
  raw.socket?.setNoDelay(true);
  releaseReferences(reply);
  return raw;
}

const ignore = (): void => undefined;

/**
 * Removes Fastify's listeners for the end of the answer, which log and count it. They keep the request and the reply in memory,
 * which is too much for thousands of streams; the owner of the streams counts them.
 */
function releaseReferences({ raw, request }: FastifyReply): void {
  for (const event of ['finish', 'error']) {
    for (const listener of raw.listeners(event)) {
      if (listener.name === 'onResFinished') raw.off(event, listener as () => void);
    }
  }
  raw.on('error', ignore);
  request.raw.headers = {};
  request.raw.rawHeaders = [];
}

/**
 * Returns the first line of an event stream: the time that EventSource waits before it reconnects. At least a second, since it
 * applies to every attempt while the server is down.
 */
export function retryLine(): string {
  return `retry: ${jitter(1_000, 5_000)}\n\n`;
}

/** Returns a random whole number from `from` to `to`, so that clients that connected together do not reconnect together. */
export function jitter(from: number, to: number): number {
  return Math.round(from + Math.random() * (to - from));
}
