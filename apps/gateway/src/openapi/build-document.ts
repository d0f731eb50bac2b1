import { Module, type Provider, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { capturePaths } from './capture-paths.js';
import { withIdempotency, type Schemas } from './idempotency.js';
import { withPathParameters } from './path-parameters.js';
import { sdkPaths } from './sdk-paths.js';

const errorSchema: Schemas[string] = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message', 'details', 'request_id'],
      properties: {
        code: { type: 'string', description: 'Stable, for programs' },
        message: { type: 'string', description: 'What is wrong and what to do, for people' },
        details: {
          type: 'array',
          items: { type: 'object', properties: { field: { type: 'string' }, message: { type: 'string' } } },
        },
        request_id: { type: 'string' },
      },
    },
  },
};

/** The OpenAPI 3.1 document of these controllers and of the routes of SDKs. Starts nothing and connects to nothing. */
export async function buildOpenApi(controllers: readonly Type[]): Promise<OpenAPIObject> {
  @Module({ controllers: [...controllers], providers: controllers.flatMap(injectedInto).map(placeholder) })
  class Described {}
  const app = await NestFactory.create(Described, new FastifyAdapter(), {
    preview: true,
    logger: false,
    abortOnError: false,
  });
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Loom')
    .setDescription('Feature flags, targeting, kill switches and events.')
    .setVersion('1')
    .addBearerAuth(
      { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'The access token of a person' },
      'bearer',
    )
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key' }, 'apiKey')
    .build();
  const document = withNullTypes(SwaggerModule.createDocument(app, config, { operationIdFactory }));
  await app.close();
  const schemas = { ...document.components?.schemas, Error: errorSchema };
  const described = withIdempotency({ ...document.paths, ...sdkPaths, ...capturePaths }, schemas);
  const paths = sorted(withPathParameters(described));
  return { ...document, paths, components: { ...document.components, schemas } };
}

/** What Nest would inject. Preview mode creates no instances but requires a provider for each. */
function injectedInto(controller: Type): readonly Type[] {
  return (Reflect.getMetadata('design:paramtypes', controller) as Type[] | undefined) ?? [];
}

function placeholder(token: Type): Provider {
  return { provide: token, useValue: {} };
}

function operationIdFactory(controller: string, method: string): string {
  return `${controller.replace(/Controller$/, '')}_${method}`;
}

function sorted<T>(values: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** OpenAPI 3.1 has no `nullable`; `null` is one of the types instead. */
function withNullTypes<T>(document: T): T {
  const convert = (_name: string, value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || !('nullable' in value)) return value;
    const { nullable, ...schema } = value as { nullable: unknown; type?: unknown };
    return nullable === true ? { ...schema, type: [schema.type, 'null'] } : schema;
  };
  return JSON.parse(JSON.stringify(document, convert)) as T;
}
