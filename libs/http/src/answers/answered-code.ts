import type { FastifyRequest } from 'fastify';

const codes = new WeakMap<FastifyRequest, string>();

/** Remembers the error code that a request is answered with, for its log line. */
export function noteCode(request: FastifyRequest, code: string): void {
  codes.set(request, code);
}

/** Returns the error code that the request was answered with, if it failed. */
export function codeOf(request: FastifyRequest): string | undefined {
  return codes.get(request);
}
