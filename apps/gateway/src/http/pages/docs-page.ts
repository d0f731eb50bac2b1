import type { OpenAPIObject } from '@nestjs/swagger';
import { html, Html } from './html.js';
import { pageCsp } from './page-csp.js';

const style = `
  :root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
  body { max-width: 60rem; margin: 2rem auto; padding: 0 1.5rem; }
  h2 { margin: 2.5rem 0 .5rem; }
  summary { cursor: pointer; padding: .25rem 0; }
  details > div { margin: .25rem 0 1.5rem 1rem; }
  code, pre { font: .9em ui-monospace, monospace; }
  pre { overflow: auto; padding: .75rem; border: 1px solid; border-radius: .25rem; }
  table { border-collapse: collapse; width: 100%; }
  th, td { text-align: left; vertical-align: top; padding: .2rem 1rem .2rem 0; }
  .method { display: inline-block; width: 4.5rem; font-weight: 600; }
  .summary { opacity: .75; }
`;
export const docsPageCsp = pageCsp(style);

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly example?: unknown;
}
interface Content {
  readonly schema?: Schema;
  readonly example?: unknown;
}
interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly object[];
  readonly parameters?: readonly { name: string; in: string; required?: boolean; description?: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Content>> };
  readonly responses: Readonly<Record<string, { description: string; content?: Readonly<Record<string, Content>> }>>;
}
interface Route {
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
}
type Schemas = Readonly<Record<string, Schema>>;

/** The OpenAPI document as one page, without scripts and without further requests. */
export function docsPage(document: OpenAPIObject): string {
  const schemas = (document.components?.schemas ?? {}) as Schemas;
  const chapters = Map.groupBy(routesOf(document), ({ operation }) => operation.tags?.[0] ?? 'Others');
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Loom: API reference</title>
        <style>
          ${new Html(style)}
        </style>
      </head>
      <body>
        <main>
          <h1>Loom: API reference</h1>
          <p>
            Also as an <a href="/api/openapi.json">OpenAPI document</a>. Every error is
            <code>{"error": {"code", "message", "details", "request_id"}}</code>.
          </p>
          ${[...chapters].map(
            ([title, routes]) =>
              html`<h2>${title}</h2>
                ${routes.map((route) => routeOf(route, schemas))}`,
          )}
        </main>
      </body>
    </html> `.text;
}

function routesOf({ paths }: OpenAPIObject): readonly Route[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, Operation>).map(([method, operation]) => ({
      path,
      method: method.toUpperCase(),
      operation,
    })),
  );
}

function routeOf({ path, method, operation }: Route, schemas: Schemas): Html {
  return html`<details>
    <summary>
      <span class="method">${method}</span> <code>${path}</code> <span class="summary">${operation.summary}</span>
    </summary>
    <div>
      <p>${accessOf(operation)}</p>
      ${parametersOf(operation)} ${bodyOf(operation, schemas)} ${answersOf(operation)}
    </div>
  </details>`;
}

function accessOf({ security = [] }: Operation): string {
  if (security.length === 0) return 'Public.';
  return security.some((scheme) => 'apiKey' in scheme) ? 'With an API key.' : 'With the access token of a person.';
}

function parametersOf({ parameters = [] }: Operation): Html | undefined {
  if (parameters.length === 0) return undefined;
  return table(parameters.map(({ name, in: where, description }) => [name, where, description]));
}

function bodyOf({ requestBody }: Operation, schemas: Schemas): Html | undefined {
  const content = Object.values(requestBody?.content ?? {})[0];
  if (content === undefined) return undefined;
  const schema = resolve(content.schema, schemas);
  const fields = Object.entries(schema.properties ?? {});
  const rows = fields.map(([name, field]) => [
    name,
    `${typeOf(field)}${schema.required?.includes(name) === true ? ', required' : ''}`,
    field.description,
  ]);
  const example = content.example ?? Object.fromEntries(fields.map(([name, field]) => [name, field.example]));
  return html`<h4>Body</h4>
    ${rows.length > 0 ? table(rows) : undefined}${code(example)}`;
}

function answersOf({ responses }: Operation): Html {
  const answers = Object.entries(responses).sort(([a], [b]) => Number(a) - Number(b));
  const example = answers.flatMap(([, { content = {} }]) => Object.values(content))[0]?.example;
  return html`<h4>Answers</h4>
    ${table(answers.map(([status, { description }]) => [status, description]))}${
      example === undefined ? undefined : code(example)
    }`;
}

function resolve(schema: Schema = {}, schemas: Schemas): Schema {
  return schema.$ref === undefined ? schema : (schemas[schema.$ref.slice('#/components/schemas/'.length)] ?? {});
}

function typeOf({ type, enum: values }: Schema): string {
  if (values !== undefined) return values.map(String).join(' | ');
  return [type ?? 'any'].flat().join(' or ');
}

function table(rows: readonly (readonly (string | undefined)[])[]): Html {
  const cells = (row: readonly (string | undefined)[]): Html[] =>
    row.map((cell, i) => (i === 0 ? html`<td><code>${cell}</code></td>` : html`<td>${cell}</td>`));
  return html`<table>
    ${rows.map(
      (row) =>
        html`<tr>
          ${cells(row)}
        </tr>`,
    )}
  </table>`;
}

function code(example: unknown): Html {
  return html`<pre>${typeof example === 'string' ? example : JSON.stringify(example, null, 2)}</pre>`;
}
