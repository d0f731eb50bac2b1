import type { FastifyRequest } from 'fastify';
import { UUID, type Page } from '#libs/contracts';
import { AppError, parseRfc3339, type ErrorCode } from '#libs/kernel';

/** Parses one query parameter. @throws AppError that names the parameter */
export type Param<T> = (text: string, name: string) => T;
/** Parses all query parameters `name[key]` together; the texts are given by key. */
interface MapParam<T> {
  readonly ofKeys: (texts: Readonly<Record<string, string>>, name: string) => T;
}
export type QuerySpec = Readonly<Record<string, Param<unknown> | MapParam<unknown>>>;
type ValueOf<P> = P extends Param<infer T> ? T : P extends MapParam<infer T> ? T : never;
export type QueryOf<S extends QuerySpec> = { readonly [K in keyof S]?: ValueOf<S[K]> };
type Given = Readonly<Record<string, string | readonly string[]>>;

/** Returns the names for `config.query` of the route: e.g. `limit`, and `properties[]` for every `properties[key]`. */
export function namesOf(spec: QuerySpec): readonly string[] {
  return Object.entries(spec).map(([name, reader]) => (typeof reader === 'function' ? name : `${name}[]`));
}

/**
 * Returns the parsed query parameters of a request; absent ones are `undefined`.
 * @throws AppError `unknown_field` for a name outside the spec; the code of the parameter for an invalid value
 */
export function readQuery<const S extends QuerySpec>(request: FastifyRequest, spec: S): QueryOf<S> {
  const given = request.query as Given;
  refuseUnknown(given, namesOf(spec));
  const parsed: Record<string, unknown> = {};
  for (const [name, reader] of Object.entries(spec)) {
    const value = typeof reader === 'function' ? readOne(given, name, reader) : readMap(given, name, reader);
    if (value !== undefined) parsed[name] = value;
  }
  return parsed as QueryOf<S>;
}

function readOne<T>(given: Given, name: string, parse: Param<T>): T | undefined {
  const text = given[name];
  if (text === undefined) return undefined;
  if (typeof text !== 'string') throw twice(name);
  return parse(text, name);
}

function readMap<T>(given: Given, name: string, { ofKeys }: MapParam<T>): T | undefined {
  const own = Object.entries(given).filter(([key]) => key.startsWith(`${name}[`));
  if (own.length === 0) return undefined;
  const repeated = own.find(([, text]) => typeof text !== 'string');
  if (repeated !== undefined) throw twice(repeated[0]);
  return ofKeys(Object.fromEntries(own.map(([key, text]) => [key.slice(name.length + 1, -1), text as string])), name);
}

/**
 * Refuses a query that no parameter could be read from without a guess.
 * @throws AppError `invalid_string` for a bad percent-encoding, `invalid_type` for a parameter that is given twice
 */
export function refuseMalformed(url: string, given: object): void {
  if (!isDecodable(url.slice(url.indexOf('?') + 1))) {
    throw new AppError('invalid_string', 'The query of the URL is not valid percent-encoded UTF-8');
  }
  const repeated = Object.entries(given).find(([, text]) => typeof text !== 'string');
  if (repeated !== undefined) throw twice(repeated[0]);
}

function isDecodable(query: string): boolean {
  if (!query.includes('%')) return true;
  try {
    decodeURIComponent(query);
    return true;
  } catch {
    return false;
  }
}

/** @throws AppError `unknown_field` that lists every name that is not allowed */
export function refuseUnknown(given: object, allowed: readonly string[]): void {
  const unknown = Object.keys(given).filter((name) => !isAllowed(name, allowed));
  if (unknown.length === 0) return;
  const accepted = allowed.length === 0 ? 'accepts no query parameters' : `accepts ${allowed.join(', ')}`;
  const details = unknown
    .slice(0, 20)
    .map((name) => ({ field: name.slice(0, 100), message: 'Is not a query parameter of this route' }));
  throw new AppError('unknown_field', `Unknown query parameter: this route ${accepted}`, details);
}

const KEYED = /\[[^]+\]$/;

/** A name is allowed as such, or as `name[key]` by `name[]`. `name[]` itself has no key and is not allowed. */
function isAllowed(name: string, allowed: readonly string[]): boolean {
  return KEYED.test(name)
    ? allowed.includes(name.replace(KEYED, '[]'))
    : !name.endsWith('[]') && allowed.includes(name);
}

/** Query parameters of every list. A route with filters spreads them into its spec. */
export const pageParams = {
  limit: integer(1, 200, 'invalid_limit'),
  cursor: text(1_000, 'invalid_cursor'),
  order: oneOf(['asc', 'desc'] as const),
} satisfies QuerySpec;

/** Returns the requested page. Default: 50 items, oldest first. */
export function readPage(params: QueryOf<typeof pageParams>, order: Page['order'] = 'asc'): Page {
  return { limit: params.limit ?? 50, order: params.order ?? order, ...(params.cursor && { cursor: params.cursor }) };
}

function integer(min: number, max: number, code: ErrorCode = 'invalid_type'): Param<number> {
  return (given, name) => {
    const value = /^-?[0-9]{1,15}$/.test(given) ? Number(given) : Number.NaN;
    if (!(value >= min && value <= max)) throw wrong(code, name, `Must be a whole number from ${min} to ${max}`);
    return value;
  };
}

function text(maxLength = 200, code: ErrorCode = 'too_long'): Param<string> {
  return (given, name) => {
    if (given.length > maxLength) throw wrong(code, name, `Must not be longer than ${maxLength}`);
    if (given.includes('\0') || !given.isWellFormed())
      throw wrong('invalid_string', name, 'Must not contain U+0000 or half of a surrogate pair');
    return given;
  };
}

function oneOf<const T extends readonly string[]>(values: T, code: ErrorCode = 'invalid_type'): Param<T[number]> {
  return (given, name) => {
    if (!values.includes(given)) throw wrong(code, name, `Must be one of ${values.join(', ')}`);
    return given;
  };
}

const flag: Param<boolean> = (given, name) => {
  if (given !== 'true' && given !== 'false') throw wrong('invalid_type', name, 'Must be true or false');
  return given === 'true';
};

const uuid: Param<string> = (given, name) => {
  const id = given.toLowerCase();
  if (!UUID.test(id)) throw wrong('invalid_id', name, 'Must be a UUID');
  return id;
};

/** A time in RFC 3339, or a date, which means its first or its last moment in UTC. */
function timestamp(date: 'first' | 'last'): Param<Date> {
  return (given, name) => {
    // The `+` of an offset arrives as a space when the client does not escape it.
    const instant = parseRfc3339(given.replace(/ (\d\d:\d\d)$/, '+$1'), { date });
    if (instant === undefined)
      throw wrong('invalid_timestamp', name, 'Must be a time in RFC 3339 or a date, e.g. 2026-01-31T12:00:00Z');
    return new Date(instant);
  };
}

/** At most `max` texts by key, each at most `maxLength` long. `code` is the error code of too many or invalid keys. */
function texts(max: number, maxLength: number, code: ErrorCode): MapParam<Readonly<Record<string, string>>> {
  const ofKeys: MapParam<Readonly<Record<string, string>>>['ofKeys'] = (given, name) => {
    const entries = Object.entries(given);
    if (entries.length > max) throw wrong(code, name, `Must not have more than ${max} keys`);
    for (const [key, value] of entries) {
      text(200, code)(key, name);
      text(maxLength)(value, `${name}[${key.slice(0, 100)}]`);
    }
    return given;
  };
  return { ofKeys };
}

function twice(name: string): AppError {
  return wrong('invalid_type', name.slice(0, 100), 'Must be given only once');
}

function wrong(code: ErrorCode, field: string, message: string): AppError {
  return new AppError(code, `Query parameter ${field}: ${message}`, [{ field, message }]);
}

/** Parsers of parameters, for specs of `readQuery` and `QueryParams`. */
export const param = {
  ...{ integer, text, texts, oneOf, flag, uuid },
  /** The start of a time range, inclusive. */
  startTime: timestamp('first'),
  /** The end of a time range, inclusive. */
  endTime: timestamp('last'),
} as const;
