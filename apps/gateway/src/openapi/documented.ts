import { applyDecorators, HttpCode } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiQuery, ApiResponse } from '@nestjs/swagger';
import type { ErrorCode } from '#libs/kernel';
import { QueryParams, RouteSettings, type QuerySpec } from '#libs/platform';
import { BODY_ERRORS, errorResponses, PERSON_ERRORS } from './errors.js';
import { schemaOf } from './schema-of.js';

export interface RouteDoc {
  readonly summary: string;
  /** Default 200. */
  readonly status?: number;
  /** The answer's body; absent for none. */
  readonly example?: unknown;
  readonly errors?: readonly ErrorCode[];
  /** Signed-in people alone, unless said. */
  readonly public?: boolean;
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
    ApiOperation({ summary, security: doc.public === true ? [] : [{ bearer: [] }] }),
    ApiResponse({ status, description: successOf(doc), ...contentOf(doc.example) }),
    ...errorResponses(codesOf(doc)).map((error) => ApiResponse(error as never)),
    ...(concurrent
      ? [ApiHeader({ name: 'If-Match', description: 'The ETag of the last answer: `"7"`', required: false })]
      : []),
  );
}

function codesOf(doc: RouteDoc): ErrorCode[] {
  return [
    ...(doc.body === true ? BODY_ERRORS : []),
    ...(doc.public === true ? (['bus_unavailable'] as const) : PERSON_ERRORS),
    ...(doc.concurrent === true ? (['version_conflict'] as const) : []),
    ...(doc.errors ?? []),
  ];
}

function successOf({ status = 200 }: RouteDoc): string {
  return { 201: 'Created', 204: 'Done' }[status] ?? 'The answer';
}

function contentOf(example: unknown): { content?: Record<string, { schema: object; example: unknown }> } {
  return example === undefined ? {} : { content: { 'application/json': { schema: schemaOf(example), example } } };
}

const meanings: Readonly<Record<string, string>> = {
  limit: 'How many, 1 to 200; 50 unless sent',
  cursor: '`next_cursor` of the page before',
  order: '`asc` or `desc`, by time',
  search: 'Part of the key or name',
  tag: 'A tag that it has',
  archived: '`true`: archived ones alone; `false`: none of them',
  platform: '`true`: flags of the platform',
  from: 'Not before this time, RFC 3339',
  to: 'Before this time, RFC 3339',
};

/** `QueryParams`, documented. */
export function Query(spec: QuerySpec): ParameterDecorator {
  return (target, name, index) => {
    QueryParams(spec)(target, name, index);
    const method = Object.getOwnPropertyDescriptor(target, name!)!;
    for (const parameter of Object.keys(spec)) {
      const schema = { type: 'string' } as const;
      ApiQuery({ name: parameter, required: false, description: meanings[parameter], schema })(target, name!, method);
    }
  };
}
