import { applyDecorators, HttpCode } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiQuery, ApiResponse } from '@nestjs/swagger';
import type { ErrorCode } from '#libs/kernel';
import { QueryParams, RouteSettings, type QuerySpec } from '#libs/http';
import { BODY_ERRORS, errorResponses, KEY_ERRORS, PERSON_ERRORS } from './errors.js';
import { schemaOf } from './schema-of.js';

export interface RouteDoc {
  readonly summary: string;
  /** Default 200. */
  readonly status?: number;
  /** The answer's body; absent for none. */
  readonly example?: unknown;
  /** What the answer is, if not JSON; each with the example as a text. */
  readonly contentTypes?: readonly string[];
  readonly errors?: readonly ErrorCode[];
  /** Who may call: signed-in people, unless said. */
  readonly by?: 'anybody' | 'keys';
  /** It has a body. */
  readonly body?: boolean;
  /** It honours `If-Match`. */
  readonly concurrent?: boolean;
}

/** The status of a route's success, and everything about it that the OpenAPI document says. */
export function Documented(doc: RouteDoc): MethodDecorator {
  const { summary, status = 200, concurrent = false } = doc;
  return applyDecorators(
    HttpCode(status),
    ...(status === 201 ? [RouteSettings({ creates: true })] : []),
    ApiOperation({ summary, security: securityOf(doc) }),
    ApiResponse({ status, description: successOf(doc), ...contentOf(doc) }),
    ...errorResponses(codesOf(doc)).map((error) => ApiResponse(error)),
    ...(concurrent
      ? [ApiHeader({ name: 'If-Match', description: 'The ETag of the last answer: `"7"`', required: false })]
      : []),
  );
}

function codesOf(doc: RouteDoc): ErrorCode[] {
  return [
    ...(doc.body === true ? BODY_ERRORS : []),
    ...callerErrors(doc),
    ...(doc.concurrent === true ? (['version_conflict'] as const) : []),
    ...(doc.errors ?? []),
  ];
}

function securityOf({ by }: RouteDoc): Record<string, string[]>[] {
  if (by === 'anybody') return [];
  return [by === 'keys' ? { apiKey: [] } : { bearer: [] }];
}

function callerErrors({ by }: RouteDoc): readonly ErrorCode[] {
  if (by === 'anybody') return ['bus_unavailable'];
  return by === 'keys' ? KEY_ERRORS : PERSON_ERRORS;
}

function successOf({ status = 200 }: RouteDoc): string {
  return { 201: 'Created', 204: 'Done' }[status] ?? 'The answer';
}

type Content = Record<string, { schema: object; example: unknown }>;

function contentOf({ example, contentTypes = ['application/json'] }: RouteDoc): { content?: Content } {
  if (example === undefined) return {};
  const content = { schema: schemaOf(example), example };
  return { content: Object.fromEntries(contentTypes.map((type) => [type, content])) };
}

const meanings: Readonly<Record<string, string>> = {
  limit: 'How many, 1 to 200; 50 unless sent',
  cursor: '`next_cursor` of the page before',
  order: '`asc` or `desc`, by time',
  consumer: 'Name of the durable consumer that gave up',
  search: 'Part of the key or name',
  tag: 'A tag that it has',
  archived: '`true`: archived ones alone; `false`: none of them',
  platform: '`true`: flags of the platform',
  from: 'Not before this time, RFC 3339',
  to: 'Before this time, RFC 3339',
  distinct_id: 'Exactly this distinct id',
  person_id: 'Of this person',
  event_name: 'Of this name',
  start_time: 'Not before this time, RFC 3339',
  end_time: 'Not after this time, RFC 3339',
  properties: 'With these values of properties: `properties[plan]=pro`; numbers and booleans as JSON writes them',
  with_total: '`true`: with `total`, how many there are on all pages',
};

const one = { schema: { type: 'string' } } as const;
const byKey = {
  style: 'deepObject',
  explode: true,
  schema: { type: 'object', additionalProperties: { type: 'string' } },
} as const;

/** `QueryParams`, documented. */
export function Query(spec: QuerySpec): ParameterDecorator {
  return (target, name, index) => {
    QueryParams(spec)(target, name, index);
    const method = Object.getOwnPropertyDescriptor(target, name!)!;
    for (const [parameter, reader] of Object.entries(spec)) {
      const shape = typeof reader === 'function' ? one : byKey;
      ApiQuery({ name: parameter, required: false, description: meanings[parameter], ...shape })(target, name!, method);
    }
  };
}
