import type { FastifyReply } from 'fastify';

/** Exempts an answer that goes on for long (SSE) from the connection's idle timeout. Its owner must end it when the process stops. */
export function keepOpen(reply: FastifyReply): void {
  reply.raw.socket?.setTimeout(0);
}
