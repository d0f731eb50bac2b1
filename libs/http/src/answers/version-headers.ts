import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { tap, type Observable } from 'rxjs';
import { setVersions } from './etag.js';

/** Sets `ETag` from the field `version` of the answer. Answers without a whole number as version get no header. */
export class VersionHeaders implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    if (context.getType() !== 'http') return next.handle();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(tap((answer) => setEtag(reply, answer)));
  }
}

function setEtag(reply: FastifyReply, answer: unknown): void {
  if (typeof answer !== 'object' || answer === null || !('version' in answer)) return;
  if (Number.isInteger(answer.version) && !reply.hasHeader('etag'))
    setVersions(reply, { version: answer.version as number });
}
