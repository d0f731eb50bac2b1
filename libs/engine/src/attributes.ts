import { type EvaluationContext, isIdentityField } from './model.js';
import { isObject } from './json.js';

/** Reads one attribute; `undefined` is absent, `null` is a value. */
export type Reader = (context: EvaluationContext) => unknown;

const MAX_STEPS = 100;

const own = (object: object, name: string): unknown =>
  Object.hasOwn(object, name) ? (object as Record<string, unknown>)[name] : undefined;

function walk(attributes: object, steps: readonly string[]): unknown {
  let at: unknown = attributes;
  for (const step of steps) {
    if (!isObject(at)) return undefined;
    at = own(at, step);
  }
  return at;
}

/**
 * A reader of `name`: `user_id`, `org_id` and `session_id` are the context's own; else the attribute of exactly that name,
 * else a walk along the dots. Own properties only.
 */
export function readerOf(name: string): Reader {
  if (isIdentityField(name)) return (context) => context[name];
  const steps = name.split('.');
  if (steps.length === 1 || steps.length > MAX_STEPS) return (context) => plain(context, name);
  return (context) => {
    const exact = plain(context, name);
    if (exact !== undefined) return exact;
    const attributes: unknown = context.attributes;
    return isObject(attributes) ? walk(attributes, steps) : undefined;
  };
}

function plain(context: EvaluationContext, name: string): unknown {
  const attributes: unknown = context.attributes;
  if (typeof attributes !== 'object' || attributes === null || Array.isArray(attributes)) return undefined;
  return own(attributes, name);
}
