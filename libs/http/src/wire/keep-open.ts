import type { FastifyReply } from 'fastify';

/** Exempts a long answer (SSE) from the idle timeout of its connection. The caller must end it when the process stops. */
export function keepOpen(reply: FastifyReply): void {
  reply.raw.socket?.setTimeout(0);
}
