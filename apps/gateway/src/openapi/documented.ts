import { applyDecorators, HttpCode } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiQuery, ApiResponse } from '@nestjs/swagger';
import type { ErrorCode } from '#libs/kernel';
import { QueryParams, RouteSettings, type QuerySpec } from '#libs/http';
import { BODY_ERRORS, errorResponses, KEY_ERRORS, PERSON_ERRORS } from './errors.js';
import { schemaOf } from './schema-of.js';

export interface RouteDoc {
  readonly summary: string;
  /** Default: 200. */
  readonly status?: number;
  /** The body of the answer. Absent: no body. */
  readonly example?: unknown;
  /** Default: JSON. Otherwise the example is a text. */
  readonly contentTypes?: readonly string[];
  readonly errors?: readonly ErrorCode[];
  /** Callers that the route accepts. Default: signed-in people. */
  readonly by?: 'public' | 'keys';
  /** Whether the request has a body. */
  readonly body?: boolean;
  /** Whether the route honours `If-Match`. */
  readonly concurrent?: boolean;
}

/** Sets the success status of a route and how it takes numbers, and describes the route in the OpenAPI document. */
export function Documented(doc: RouteDoc): MethodDecorator {
  const { summary, status = 200, concurrent = false } = doc;
  return applyDecorators(
    HttpCode(status),
    ...(status === 201 ? [RouteSettings({ creates: true })] : []),
    ...(doc.errors?.includes('unsafe_number') === true ? [RouteSettings({ numbers: 'exact' })] : []),
    ApiOperation({ summary, security: securityOf(doc) }),
    ApiResponse({ status, description: successOf(doc), ...contentOf(doc) }),
    ...errorResponses(codesOf(doc)).map((error) => ApiResponse(error)),
    ...(concurrent
      ? [
          ApiHeader({
            name: 'If-Match',
            description: 'The ETag of the last answer: `"7"`; of a list one must be current',
            required: false,
          }),
        ]
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
  if (by === 'public') return [];
  return [by === 'keys' ? { apiKey: [] } : { bearer: [] }];
}

function callerErrors({ by }: RouteDoc): readonly ErrorCode[] {
  if (by === 'public') return ['bus_unavailable'];
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
  limit: 'Items per page, 1 to 200. Default: 50',
  cursor: '`next_cursor` of the previous page',
  order: '`asc` or `desc`, by time',
  consumer: 'The name of the durable consumer',
  search: 'Part of the key or name',
  tag: 'Only flags with this tag',
  archived: '`true`: only archived flags; `false`: no archived flags',
  platform: '`true`: only flags of the platform',
  from: 'At or after this time, RFC 3339; a date is its first moment in UTC',
  to: 'At or before this time, RFC 3339; a date is its last moment in UTC',
  distinct_id: 'Only events with this distinct id',
  person_id: 'Only events of this person',
  event_name: 'Only events with this name',
  start_time: 'At or after this time, RFC 3339; a date is its first moment in UTC',
  end_time: 'At or before this time, RFC 3339; a date is its last moment in UTC',
  properties: 'Only events with these property values: `properties[plan]=pro`; numbers and booleans in their JSON form',
  with_total: '`true`: adds `total`, the number of events on all pages',
};

const one = { schema: { type: 'string' } } as const;
const byKey = {
  style: 'deepObject',
  explode: true,
  schema: { type: 'object', additionalProperties: { type: 'string' } },
} as const;

/** `QueryParams`, described in the OpenAPI document. */
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
