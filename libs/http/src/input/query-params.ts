import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { KeyRecord } from '#libs/contracts';
import { mergeConfig } from '../access/access-decorators.js';
import { type Caller, type PersonCaller, keyOf, personOf } from '../access/access.js';
import { ifMatch } from '../answers/etag.js';
import { namesOf, readQuery, type QuerySpec } from './query.js';

const parsed = createParamDecorator((spec: QuerySpec, context: ExecutionContext) =>
  readQuery(requestOf(context), spec),
);

/** The query parameters of a controller's method, parsed (`QueryOf<typeof spec>`); no others are taken. */
export function QueryParams(spec: QuerySpec): ParameterDecorator {
  const decorate = parsed(spec);
  return (target, name, index) => {
    if (name === undefined) throw new TypeError('QueryParams belongs on a parameter of a method');
    mergeConfig((target as Record<string | symbol, object>)[name] as object, { query: namesOf(spec) });
    decorate(target, name, index);
  };
}

/** The version asked for by `If-Match`, if any. */
export const IfMatch = createParamDecorator((_: unknown, context: ExecutionContext): number | undefined =>
  ifMatch(requestOf(context)),
);
/** The record of the API key that calls. */
export const KeyOf = createParamDecorator((_: unknown, context: ExecutionContext): KeyRecord =>
  keyOf(requestOf(context)),
);
/** Who calls: what the guard found out. */
export const CallerOf = createParamDecorator(
  (_: unknown, context: ExecutionContext): Caller | undefined => requestOf(context).caller,
);
/** The signed-in person who calls. */
export const PersonOf = createParamDecorator((_: unknown, context: ExecutionContext): PersonCaller =>
  personOf(requestOf(context)),
);

function requestOf(context: ExecutionContext): FastifyRequest {
  return context.switchToHttp().getRequest<FastifyRequest>();
}
