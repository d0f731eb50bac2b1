import type { FastifyReply } from 'fastify';

/** Adds to `Vary`, and keeps what is there. */
export function addVary(reply: FastifyReply, names: string): void {
  const present = reply.getHeader('vary');
  reply.header('vary', present === undefined ? names : `${String(present)}, ${names}`);
}

/** The answer depends on the credential: a cache must not give it to another one. */
export const varyByCredential = (reply: FastifyReply): void => addVary(reply, 'Authorization, X-API-Key');
