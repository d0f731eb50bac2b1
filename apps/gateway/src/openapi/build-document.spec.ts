import type { OpenAPIObject } from '@nestjs/swagger';
import { apiControllers } from '../http/controllers.js';
import { buildOpenApi } from './build-document.js';

interface Operation {
  readonly summary?: string;
  readonly responses: Record<string, { content?: Record<string, { example?: unknown; examples?: object }> }>;
  readonly requestBody?: { content: Record<string, { schema: { $ref?: string; example?: unknown } }> };
}

describe('the OpenAPI document', () => {
  let document: OpenAPIObject;
  beforeAll(async () => {
    document = await buildOpenApi(apiControllers);
  });
  const operations = (): [string, Operation][] =>
    Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(
        ([method, operation]) => [`${method.toUpperCase()} ${path}`, operation as Operation] as [string, Operation],
      ),
    );

  it('has these routes', () => {
    expect(operations().map(([route]) => route)).toMatchSnapshot();
  });

  it('describes a summary, a success and errors of every route, each with an example', () => {
    for (const [route, { summary, responses }] of operations()) {
      const statuses = Object.keys(responses);
      expect([route, summary?.length]).toEqual([route, expect.any(Number)]);
      expect([route, statuses.some((status) => status < '300'), statuses.some((status) => status >= '400')]).toEqual([
        route,
        true,
        true,
      ]);
      for (const [status, { content }] of Object.entries(responses)) {
        const bodies = Object.values(content ?? {});
        expect([
          route,
          status,
          bodies.every((body) => body.example !== undefined || body.examples !== undefined),
        ]).toEqual([route, status, true]);
      }
    }
  });

  it('describes every path parameter', () => {
    for (const [path, item] of Object.entries(document.paths)) {
      for (const operation of Object.values(item) as { parameters: { name: string; in: string }[] }[]) {
        const described = operation.parameters
          .filter((parameter) => parameter.in === 'path')
          .map(({ name }) => `{${name}}`);
        expect([path, described]).toEqual([path, path.match(/\{\w+\}/g) ?? []]);
      }
    }
  });

  it('is OpenAPI 3.1: no nullable, and every reference resolves', () => {
    const text = JSON.stringify(document);

    expect(document.openapi).toBe('3.1.0');
    expect(text).not.toContain('"nullable"');
    const names = [...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name!);
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name) => document.components?.schemas?.[name] === undefined)).toEqual([]);
  });

  it('describes the fields of bodies', () => {
    expect(document.components?.schemas?.['CreateFlagBody']).toMatchObject({
      required: ['key', 'name', 'type'],
      properties: {
        key: { type: 'string', minLength: 3, maxLength: 100, example: 'checkout.new_flow' },
        type: { enum: ['boolean', 'string', 'number', 'json'] },
        description: { type: ['string', 'null'] },
      },
    });
  });

  it('is the same on each build', async () => {
    expect(JSON.stringify(await buildOpenApi(apiControllers))).toBe(JSON.stringify(document));
  });
});
