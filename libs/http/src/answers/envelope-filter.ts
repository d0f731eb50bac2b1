import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { answerError } from './answer-error.js';

/** Answers errors of Nest controllers with the same envelope as raw routes. Installed by `mountNest`. */
@Catch()
export class EnvelopeFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    // Errors of RPC messages are rethrown: `RpcServer` turns them into replies.
    if (host.getType() !== 'http') throw error;
    const context = host.switchToHttp();
    answerError(error, context.getRequest<FastifyRequest>(), context.getResponse<FastifyReply>());
  }
}
