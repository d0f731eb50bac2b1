import type { EvaluationContext } from '#libs/engine';
import { AppError, refuseUnknownFields, type Json, type JsonObject } from '#libs/kernel';

/** Limits of a context (specification 04). */
const MAX_ATTRIBUTES = 100;
const MAX_STRING_BYTES = 8 * 1024;
const MAX_DEPTH = 5;

const IDENTITIES = ['user_id', 'org_id', 'session_id'] as const;
const GEO_FIELDS = ['country', 'region', 'city'] as const;
const FIELDS: ReadonlySet<string> = new Set([...IDENTITIES, 'attributes', 'geo', 'environment']);

/**
 * The context of a native request.
 * @throws AppError `invalid_context`, `context_too_large`, `unknown_field`, or `environment_mismatch` when it names an
 * environment other than the key's
 */
export function parseContext(raw: unknown, environment: string): EvaluationContext {
  const context = requireObject(raw, 'context');
  refuseUnknownFields(context, FIELDS, 'context.', 'Put your own fields under context.attributes');
  for (const name of IDENTITIES) requireText(context[name], `context.${name}`);
  const named = context['environment'];
  if (named !== undefined && named !== environment) {
    throw new AppError('environment_mismatch', `The key belongs to the environment ${environment}`, [
      { field: 'context.environment', message: 'Leave it out, or use a key of that environment' },
    ]);
  }
  if (context['attributes'] !== undefined) checkSize(requireObject(context['attributes'], 'context.attributes'));
  if (context['geo'] !== undefined) checkGeo(requireObject(context['geo'], 'context.geo'));
  return context as EvaluationContext;
}

export function requireObject(value: unknown, name: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new AppError('invalid_context', `${name} must be an object`, [{ field: name, message: 'must be an object' }]);
}

export function requireText(value: unknown, name: string): void {
  if (value === undefined) return;
  if (typeof value !== 'string') {
    throw new AppError('invalid_context', `${name} must be a string`, [{ field: name, message: 'must be a string' }]);
  }
  if (value.length > MAX_STRING_BYTES) throw tooLarge(`${name} is longer than 8 KiB`, name);
}

function checkGeo(geo: JsonObject): void {
  for (const name of GEO_FIELDS) requireText(geo[name], `context.geo.${name}`);
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
