import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { KeyRecord } from '#libs/contracts';
import type { SeenVersions } from '#libs/kernel';
import { mergeConfig } from '../access/access-decorators.js';
import { type PersonCaller, keyOf, personOf } from '../access/access.js';
import { ifMatch } from '../answers/etag.js';
import { namesOf, readQuery, type QuerySpec } from './query.js';

const parsed = createParamDecorator((spec: QuerySpec, context: ExecutionContext) =>
  readQuery(requestOf(context), spec),
);

/** Parameter decorator: the parsed query parameters (`QueryOf<typeof spec>`). The route refuses all others. */
export function QueryParams(spec: QuerySpec): ParameterDecorator {
  const decorate = parsed(spec);
  return (target, name, index) => {
    if (name === undefined) throw new TypeError('@QueryParams must decorate a parameter of a method');
    mergeConfig((target as Record<string | symbol, object>)[name] as object, { query: namesOf(spec) });
    decorate(target, name, index);
  };
}

/** Parameter decorator: the versions that `If-Match` accepts, if any. */
export const IfMatch = createParamDecorator((_: unknown, context: ExecutionContext): SeenVersions | undefined =>
  ifMatch(requestOf(context)),
);
/** Parameter decorator: the record of the calling API key. */
export const KeyOf = createParamDecorator((_: unknown, context: ExecutionContext): KeyRecord =>
  keyOf(requestOf(context)),
);
/** Parameter decorator: the signed-in person. */
export const PersonOf = createParamDecorator((_: unknown, context: ExecutionContext): PersonCaller =>
  personOf(requestOf(context)),
);

function requestOf(context: ExecutionContext): FastifyRequest {
  return context.switchToHttp().getRequest<FastifyRequest>();
}
