import type { OpenAPIObject } from '@nestjs/swagger';
import type { ErrorCode } from '#libs/kernel';
import { errorResponses } from './errors.js';
import { schemaOf } from './schema-of.js';

export type Paths = OpenAPIObject['paths'];
/** A route that is registered on Fastify directly, which Nest cannot describe. */
interface RawRoute {
  readonly summary: string;
  readonly parameters?: readonly object[];
  readonly request?: object;
  readonly answer: object;
  readonly contentType?: string;
  readonly errors: readonly ErrorCode[];
  readonly statuses?: Readonly<Record<string, string>>;
  /** Default: Streams for event streams, Evaluation for others. */
  readonly tag?: string;
}

/** Errors that every route of API keys may answer, besides its own. */
export const KEY_ERRORS = [
  'unauthenticated',
  'invalid_key',
  'key_in_url',
  'forbidden_for_key_type',
  'rate_limited',
  'not_initialised',
  'overloaded',
] as const;
const stream =
  'id: 0mb8f2k1x.4.17\nevent: flag.updated\ndata: {"event":"flag.updated","data":{"flag_key":"checkout.new_flow"}}\n\n';

export const inHeader = (name: string, description: string): object => ({
  name,
  in: 'header',
  description,
  schema: { type: 'string' },
});

export function operation(summary: string, route: Omit<RawRoute, 'summary'>): Paths[string]['get'] {
  const { parameters = [], request, answer, contentType = 'application/json', errors, statuses = {}, tag } = route;
  const example = contentType === 'text/event-stream' ? stream : answer;
  const success = { description: 'The answer', content: { [contentType]: { schema: schemaOf(example), example } } };
  const failures = errorResponses(errors).map(({ status, ...response }) => [String(status), response]);
  const described = Object.entries(statuses).map(([status, description]) => [status, { description }]);
  return {
    summary,
    tags: [tag ?? (contentType === 'text/event-stream' ? 'Streams' : 'Evaluation')],
    security: [{ apiKey: [] }],
    parameters,
    ...(request && {
      requestBody: { required: true, content: { 'application/json': { schema: schemaOf(request), example: request } } },
    }),
    responses: { 200: success, ...Object.fromEntries(described), ...Object.fromEntries(failures) },
  } as unknown as Paths[string]['get'];
}
