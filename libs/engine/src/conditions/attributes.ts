import { isObject } from '#libs/kernel';
import type { EvaluationContext } from '../values/evaluation.js';

/** Fields of a context that conditions and `bucket_by` can name like attributes. */
type IdentityField = 'user_id' | 'org_id' | 'session_id';
const IDENTITY_FIELDS: readonly IdentityField[] = ['user_id', 'org_id', 'session_id'];

const isIdentityField = (name: string): name is IdentityField => (IDENTITY_FIELDS as readonly string[]).includes(name);

/** Reads one attribute of a plain context. `undefined` means absent, `null` is a value. */
export type Reader = (context: EvaluationContext) => unknown;

const MAX_STEPS = 100;

const own = (object: object, name: string): unknown =>
  Object.hasOwn(object, name) ? (object as Record<string, unknown>)[name] : undefined;

const EMPTY_CONTEXT: EvaluationContext = Object.freeze({});

/** Whether `attributes[name]` reads own properties only, except for names defined by `Object.prototype`. */
function isPlain(context: unknown): context is EvaluationContext {
  if (typeof context !== 'object' || context === null) return false;
  const { attributes } = context as EvaluationContext;
  if (attributes === undefined) return true;
  if (typeof attributes !== 'object' || attributes === null) return false;
  const prototype: unknown = Object.getPrototypeOf(attributes);
  return prototype === Object.prototype || prototype === null;
}

/**
 * Returns the context itself when it is plain (as parsed JSON is), else a plain copy with the same own attributes. Called
 * once per evaluation, so that reading an attribute needs no check. Never throws.
 */
export function plainContext(context: unknown): EvaluationContext {
  try {
    return isPlain(context) ? context : plainCopy(context);
  } catch {
    return EMPTY_CONTEXT;
  }
}

function plainCopy(context: unknown): EvaluationContext {
  if (!isObject(context)) return EMPTY_CONTEXT;
  const { user_id, org_id, session_id, geo, attributes } = context as EvaluationContext;
  return { user_id, org_id, session_id, geo, attributes: isObject(attributes) ? { ...attributes } : undefined };
}

/** Names that every object inherits: reading one must check that the property is the object's own. */
const isInherited = (name: string): boolean => name in Object.prototype;

/** Whether an attribute can be read straight from `context.attributes`. */
export const isDirect = (name: string): boolean => !isIdentityField(name) && !isInherited(name) && !name.includes('.');

function walk(attributes: object, steps: readonly string[]): unknown {
  let at: unknown = attributes;
  for (const step of steps) {
    if (!isObject(at)) return undefined;
    at = own(at, step);
  }
  return at;
}

const identityReaders: Readonly<Record<IdentityField, Reader>> = {
  user_id: (context) => context.user_id,
  org_id: (context) => context.org_id,
  session_id: (context) => context.session_id,
};

/**
 * Returns the reader of `name`. `user_id`, `org_id` and `session_id` are fields of the context. Any other name is the
 * attribute with exactly this name or, when there is none, the path of nested fields separated by dots. Reads own
 * properties only, provided that the context is plain.
 */
export function readerOf(name: string): Reader {
  if (isIdentityField(name)) return identityReaders[name];
  const read = isInherited(name) ? readOwn(name) : readDirect(name);
  if (!name.includes('.')) return read;
  const steps = name.split('.');
  return steps.length > MAX_STEPS ? read : readOrWalk(read, steps);
}

const readOrWalk =
  (read: Reader, steps: readonly string[]): Reader =>
  (context) => {
    const exact = read(context);
    if (exact !== undefined) return exact;
    return context.attributes === undefined ? undefined : walk(context.attributes, steps);
  };

const readDirect =
  (name: string): Reader =>
  ({ attributes }) =>
    attributes === undefined ? undefined : attributes[name];

const readOwn =
  (name: string): Reader =>
  ({ attributes }) =>
    attributes === undefined ? undefined : own(attributes, name);
