import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { answerError } from './answer-error.js';

/** Nest's controllers fail in the same envelope as raw routes. `mountNest` installs it. */
@Catch()
export class EnvelopeFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    // Messages have a filter of their own; rethrown errors reach it.
    if (host.getType() !== 'http') throw error;
    const context = host.switchToHttp();
    answerError(error, context.getRequest<FastifyRequest>(), context.getResponse<FastifyReply>());
  }
}
