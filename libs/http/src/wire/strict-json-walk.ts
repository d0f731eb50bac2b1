import { AppError, type Json } from '#libs/kernel';

/** A JSON object or list. */
export type JsonContainer = Readonly<Record<string, Json>> | readonly Json[];

/**
 * Returns the number of members of all objects in a value parsed from text without `\u` escapes.
 * @throws AppError `forbidden_key`, `invalid_type`
 */
export function countMembers(value: JsonContainer): number {
  let members = 0;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) members += countIn(value[i] as Json);
    return members;
  }
  const object = value as Readonly<Record<string, Json>>;
  // JSON.parse creates plain objects: `for in` visits only own members, including `__proto__`.
  for (const key in object) {
    if (key === '__proto__' || key === 'constructor') refuseKey(key, object);
    members += 1 + countIn(object[key] as Json);
  }
  return members;
}

function countIn(value: Json): number {
  if (typeof value === 'object') return value === null ? 0 : countMembers(value);
  if (value === Infinity || value === -Infinity)
    throw new AppError('invalid_type', 'The body contains a number that is too large');
  return 0;
}

/** Like `countMembers`, and checks every string as well: `\u` escapes can express lone surrogates and U+0000. */
export function countMembersAndCheckTexts(value: Json): number {
  if (typeof value === 'string') refuseText(value);
  if (typeof value !== 'object' || value === null) return countIn(value);
  if (Array.isArray(value)) return value.reduce((sum: number, item: Json) => sum + countMembersAndCheckTexts(item), 0);
  let members = 0;
  for (const [key, inner] of Object.entries(value)) {
    refuseText(key);
    refuseKey(key, value as Readonly<Record<string, Json>>);
    members += 1 + countMembersAndCheckTexts(inner);
  }
  return members;
}

/** Refuses keys by which a later copy of the object could change a prototype. `constructor` without `prototype` is allowed. */
function refuseKey(key: string, object: Readonly<Record<string, Json>>): void {
  const inner = object[key];
  const reachesPrototype = typeof inner === 'object' && inner !== null && Object.hasOwn(inner, 'prototype');
  if (key === '__proto__' || (key === 'constructor' && reachesPrototype)) {
    throw new AppError('forbidden_key', `The body contains the key ${key}, which is not allowed`);
  }
}

function refuseText(text: string): void {
  if (text.includes('\0') || !text.isWellFormed()) {
    throw new AppError('invalid_string', 'A string of the body contains U+0000 or half of a surrogate pair');
  }
}
