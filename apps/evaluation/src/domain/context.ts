import type { EvaluationContext } from '#libs/engine';
import { AppError, isObject, refuseUnknownFields, type Json, type JsonObject } from '#libs/kernel';

/** Limits of a context (specification 04). */
const MAX_ATTRIBUTES = 100;
const MAX_STRING_BYTES = 8 * 1024;
const MAX_DEPTH = 5;

const GEO_FIELDS = ['country', 'region', 'city'] as const;
const FIELDS: ReadonlySet<string> = new Set(['user_id', 'org_id', 'session_id', 'attributes', 'geo', 'environment']);

export type Geo = NonNullable<EvaluationContext['geo']>;

/**
 * The context of a native request. `null` for an optional part counts as absent.
 * @throws AppError `invalid_context`, `context_too_large`, `unknown_field`, or `environment_mismatch` when it names an
 * environment other than the key's
 */
export function parseContext(raw: unknown, environment: string): EvaluationContext {
  const context = requireObject(raw, 'context');
  refuseUnknownFields(context, FIELDS, 'context.', 'Put your own fields under context.attributes');
  const { environment: named, attributes, geo } = context;
  if (!isAbsent(named) && named !== environment) {
    throw new AppError('environment_mismatch', `The key belongs to the environment ${environment}`, [
      { field: 'context.environment', message: 'Leave it out, or use a key of that environment' },
    ]);
  }
  if (!isAbsent(attributes)) checkSize(requireObject(attributes, 'context.attributes'));
  return {
    user_id: readId(context['user_id'], 'context.user_id'),
    org_id: readId(context['org_id'], 'context.org_id'),
    session_id: readId(context['session_id'], 'context.session_id'),
    attributes: isAbsent(attributes) ? undefined : (attributes as JsonObject),
    geo: isAbsent(geo) ? undefined : readGeo(requireObject(geo, 'context.geo')),
  };
}

export const isAbsent = (value: unknown): value is undefined | null => value === undefined || value === null;

export function requireObject(value: unknown, name: string): JsonObject {
  if (isObject(value)) return value as JsonObject;
  throw new AppError('invalid_context', `${name} must be an object`, [{ field: name, message: 'must be an object' }]);
}

/** An identity: a string, or an integer, which counts as its decimal text. @throws AppError `invalid_context`, `context_too_large` */
export function readId(value: unknown, name: string): string | undefined {
  return typeof value === 'number' && Number.isInteger(value) ? BigInt(value).toString() : readText(value, name);
}

export function readText(value: unknown, name: string): string | undefined {
  if (isAbsent(value)) return undefined;
  if (typeof value !== 'string') {
    throw new AppError('invalid_context', `${name} must be a string`, [{ field: name, message: 'must be a string' }]);
  }
  if (value.length > MAX_STRING_BYTES) throw tooLarge(`${name} is longer than 8 KiB`, name);
  return value;
}

function readGeo(geo: JsonObject): Geo {
  const places = GEO_FIELDS.map((name) => [name, readText(geo[name], `context.geo.${name}`)] as const);
  return Object.fromEntries(places.filter(([, place]) => place !== undefined));
}

/** The places that an object names, when it is nothing but a geo. */
export function geoIn(value: unknown): Geo | undefined {
  if (!isObject(value)) return undefined;
  const isGeo = Object.entries(value).every(
    ([name, place]) =>
      (GEO_FIELDS as readonly string[]).includes(name) && (isAbsent(place) || typeof place === 'string'),
  );
  return isGeo ? readGeo(value as JsonObject) : undefined;
}

/** @throws AppError `context_too_large` for more than 100 attributes, strings over 8 KiB, or more than 5 levels */
export function checkSize(attributes: JsonObject): void {
  let count = 0;
  for (const name in attributes) {
    count += 1;
    if (count > MAX_ATTRIBUTES) throw tooLarge('A context holds at most 100 attributes', 'context.attributes');
    checkValue(attributes[name]!, `context.attributes.${name}`, 1);
  }
}

function checkValue(value: Json, name: string, depth: number): void {
  if (typeof value === 'string') {
    if (value.length > MAX_STRING_BYTES) throw tooLarge(`${name} is longer than 8 KiB`, name);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  if (depth >= MAX_DEPTH) throw tooLarge(`${name} is nested deeper than ${MAX_DEPTH} levels`, name);
  for (const inner of Object.values(value)) checkValue(inner as Json, name, depth + 1);
}

function tooLarge(message: string, name: string): AppError {
  return new AppError('context_too_large', message, [{ field: name, message }]);
}
