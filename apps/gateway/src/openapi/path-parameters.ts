import type { OpenAPIObject } from '@nestjs/swagger';

type Paths = OpenAPIObject['paths'];
interface Parameter {
  readonly name: string;
  readonly in: string;
}

const meanings: Readonly<Record<string, string>> = {
  org: 'Id or slug of the organization',
  env: 'Name or id of the environment',
  key: 'The key',
  id: 'The id',
  user_id: 'The id of the person',
};

/** Describes every path parameter; Nest knows only those that a controller reads. */
export function withPathParameters(paths: Paths): Paths {
  const described = Object.entries(paths).map(([path, item]) => {
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
    const operations = Object.entries(item as Record<string, { parameters?: Parameter[] }>);
    return [path, Object.fromEntries(operations.map(([method, operation]) => [method, complete(operation, names)]))];
  });
  return Object.fromEntries(described) as Paths;
}

function complete<O extends { readonly parameters?: readonly Parameter[] }>(operation: O, names: readonly string[]): O {
  const others = (operation.parameters ?? []).filter((parameter) => parameter.in !== 'path');
  const inPath = names.map((name) => ({
    name,
    in: 'path',
    required: true,
    description: meanings[name],
    schema: { type: 'string' },
  }));
  return { ...operation, parameters: [...inPath, ...others] };
}
