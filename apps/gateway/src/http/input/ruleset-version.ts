import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { map, type Observable } from 'rxjs';
import type { Written } from '#libs/contracts';
import { setVersions } from '#libs/http';

/** Answers a write with the resource; the ruleset version that contains the write is in the header `Loom-Version`. */
export class RulesetVersion implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(map((answer) => (isWritten(answer) ? unwrapped(reply, answer) : answer)));
  }
}

function unwrapped(reply: FastifyReply, { resource, ruleset_version: loom }: Written<unknown>): unknown {
  setVersions(reply, { loom });
  return reply.statusCode === 204 ? undefined : resource;
}

function isWritten(answer: unknown): answer is Written<unknown> {
  return typeof answer === 'object' && answer !== null && 'ruleset_version' in answer && 'resource' in answer;
}
