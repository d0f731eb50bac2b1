import type { OpenAPIObject } from '@nestjs/swagger';
import { errorResponses } from './errors.js';

type Paths = OpenAPIObject['paths'];
export type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;
interface Response {
  readonly description: string;
  readonly content?: Readonly<Record<string, { readonly examples?: object }>>;
}
interface Operation {
  readonly security?: readonly Record<string, unknown>[];
  readonly parameters?: readonly object[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: { readonly $ref?: string } }>>;
  };
  readonly responses: Readonly<Record<string, Response>>;
}

const description =
  'The request takes effect once under this key, for 24 hours; repeated requests get the first answer again';
const schema = { type: 'string', minLength: 1, maxLength: 255, pattern: '^[!-~]+$' };
const parameter = { name: 'Idempotency-Key', in: 'header', required: false, description, schema } as const;

/** Describes the idempotency key of every POST of signed-in people; a POST that creates takes it in the body too. */
export function withIdempotency(paths: Paths, schemas: Schemas): Paths {
  const described = Object.entries(paths).map(([path, item]) => {
    const post = item.post as Operation | undefined;
    if (post?.security?.some((one) => 'bearer' in one) !== true) return [path, item];
    if ('201' in post.responses) takeInBody(post, schemas);
    const parameters = [...(post.parameters ?? []), parameter];
    return [path, { ...item, post: { ...post, parameters, responses: withRefusals(post.responses) } }];
  });
  return Object.fromEntries(described) as Paths;
}

function takeInBody({ requestBody }: Operation, schemas: Schemas): void {
  const name = requestBody?.content['application/json']?.schema.$ref?.split('/').at(-1) ?? '';
  const body = schemas[name];
  if (body !== undefined && 'properties' in body)
    body.properties = { ...body.properties, idempotency_key: { ...schema, description } };
}

function withRefusals(responses: Operation['responses']): Operation['responses'] {
  const refusals = errorResponses(['idempotency_in_progress', 'idempotency_mismatch']);
  const merged = refusals.map((refusal) => [String(refusal.status), merge(responses[refusal.status], refusal)]);
  return { ...responses, ...(Object.fromEntries(merged) as Operation['responses']) };
}

function merge(known: Response | undefined, more: Response): Response {
  if (known === undefined) return more;
  const [mine, theirs] = [more, known].map(({ content }) => content?.['application/json']);
  const json = { ...theirs, examples: { ...theirs?.examples, ...mine?.examples } };
  return { ...known, description: `${known.description}, ${more.description}`, content: { 'application/json': json } };
}
