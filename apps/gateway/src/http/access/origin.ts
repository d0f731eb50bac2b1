import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { PLATFORM, type Origin } from '#libs/contracts';
import { keyOf, personOf } from '#libs/http';

const MAX_USER_AGENT = 500;

/** On whose behalf a request is: the person, in the organization of the path, else on the platform. */
function originOf(request: FastifyRequest): Origin {
  const { user, membership } = personOf(request);
  return {
    scope: membership?.organization.id ?? PLATFORM,
    actor: { type: 'user', id: user.id, name: user.email },
    ...circumstances(request),
  };
}

/** On whose behalf a request with an API key is: the key, in its organization. */
function keyOriginOf(request: FastifyRequest): Origin {
  const { id, org_id } = keyOf(request);
  return { scope: org_id, actor: { type: 'api_key', id }, ...circumstances(request) };
}

/** Before anybody signed in. */
function anonymousOrigin(request: FastifyRequest): Origin {
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

/** The signed-in person's origin. */
export const OriginOf = createParamDecorator((_: unknown, context: ExecutionContext) => originOf(requestOf(context)));
/** The API key's origin. */
export const KeyOrigin = createParamDecorator((_: unknown, context: ExecutionContext) =>
  keyOriginOf(requestOf(context)),
);
/** Of routes that anybody may call. */
export const AnonymousOrigin = createParamDecorator((_: unknown, context: ExecutionContext) =>
  anonymousOrigin(requestOf(context)),
);
