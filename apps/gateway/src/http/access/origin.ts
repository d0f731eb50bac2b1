import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { PLATFORM, type Origin } from '#libs/contracts';
import { keyOf, personOf } from '#libs/http';

const MAX_USER_AGENT = 500;

export function originOf(request: FastifyRequest): Origin {
  const { user, membership } = personOf(request);
  return {
    scope: membership?.organization.id ?? PLATFORM,
    actor: { type: 'user', id: user.id, name: user.email },
    ...circumstances(request),
  };
}

export function keyOriginOf(request: FastifyRequest): Origin {
  const { id, org_id } = keyOf(request);
  return { scope: org_id, actor: { type: 'api_key', id }, ...circumstances(request) };
}

export function anonymousOrigin(request: FastifyRequest): Origin {
  return { scope: PLATFORM, actor: { type: 'system', id: 'anonymous' }, ...circumstances(request) };
}

function circumstances(request: FastifyRequest): Pick<Origin, 'request_id' | 'traceparent' | 'user_agent' | 'ip'> {
  const { traceparent, 'user-agent': userAgent } = request.headers;
  return {
    request_id: request.id,
    traceparent: typeof traceparent === 'string' ? traceparent : undefined,
    user_agent: userAgent?.slice(0, MAX_USER_AGENT),
    ip: request.ip,
  };
}

const requestOf = (context: ExecutionContext): FastifyRequest => context.switchToHttp().getRequest<FastifyRequest>();

/** The signed-in person, in the organization of the path; without one, on the platform. */
export const OriginOf = createParamDecorator((_: unknown, context: ExecutionContext) => originOf(requestOf(context)));
/** The API key, in its organization. */
export const KeyOrigin = createParamDecorator((_: unknown, context: ExecutionContext) =>
  keyOriginOf(requestOf(context)),
);
/** The origin of public routes: an anonymous caller on the platform. */
export const AnonymousOrigin = createParamDecorator((_: unknown, context: ExecutionContext) =>
  anonymousOrigin(requestOf(context)),
);
