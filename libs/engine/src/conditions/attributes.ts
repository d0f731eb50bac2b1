import { isObject } from '#libs/kernel';
import type { EvaluationContext } from '../values/evaluation.js';

/** The three fields of a context that count as attributes and may be bucketed by. */
type IdentityField = 'user_id' | 'org_id' | 'session_id';
const IDENTITY_FIELDS: readonly IdentityField[] = ['user_id', 'org_id', 'session_id'];

const isIdentityField = (name: string): name is IdentityField => (IDENTITY_FIELDS as readonly string[]).includes(name);

/** Reads one attribute of a plain context; `undefined` is absent, `null` is a value. */
export type Reader = (context: EvaluationContext) => unknown;

const MAX_STEPS = 100;

const own = (object: object, name: string): unknown =>
  Object.hasOwn(object, name) ? (object as Record<string, unknown>)[name] : undefined;

const NOBODY: EvaluationContext = Object.freeze({});

/** Whether reading `attributes[name]` finds own properties only, names of `Object.prototype` aside. */
function isPlain(context: unknown): context is EvaluationContext {
  if (typeof context !== 'object' || context === null) return false;
  const { attributes } = context as EvaluationContext;
  if (attributes === undefined) return true;
  if (typeof attributes !== 'object' || attributes === null) return false;
  const prototype: unknown = Object.getPrototypeOf(attributes);
  return prototype === Object.prototype || prototype === null;
}

/**
 * The context itself when it is plain, as parsed JSON is, else a plain one with the same own attributes: asked once per
 * evaluation instead of once per attribute. Never throws.
 */
export function plainContext(context: unknown): EvaluationContext {
  try {
    return isPlain(context) ? context : madePlain(context);
  } catch {
    return NOBODY;
  }
}

function madePlain(context: unknown): EvaluationContext {
  if (!isObject(context)) return NOBODY;
  const { user_id, org_id, session_id, geo, attributes } = context as EvaluationContext;
  return { user_id, org_id, session_id, geo, attributes: isObject(attributes) ? { ...attributes } : undefined };
}

/** Names that every object answers to: these need a look at whose property it is. */
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
 * A reader of `name`: `user_id`, `org_id` and `session_id` are the context's own; else the attribute of exactly that name,
 * else a walk along the dots. Own properties only, given a plain context.
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
