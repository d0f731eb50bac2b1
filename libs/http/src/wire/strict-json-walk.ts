import { AppError, type Json } from '#libs/kernel';

type Container = Readonly<Record<string, Json>> | readonly Json[];

/** The number of members of all objects in a value without `\u` escapes. @throws `forbidden_key` or `invalid_type` */
export function countMembers(value: Container): number {
  let members = 0;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) members += countIn(value[i] as Json);
    return members;
  }
  const object = value as Readonly<Record<string, Json>>;
  // JSON.parse makes plain objects: `for in` meets own members only, `__proto__` included.
  for (const key in object) {
    if (key === '__proto__' || key === 'constructor') refuseKey(key, object);
    members += 1 + countIn(object[key] as Json);
  }
  return members;
}

function countIn(value: Json): number {
  if (typeof value === 'object') return value === null ? 0 : countMembers(value);
  if (value === Infinity || value === -Infinity)
    throw new AppError('invalid_type', 'A number of the body is too large');
  return 0;
}

/** `countMembers`, and looks at every text as well: escapes can make what UTF-8 cannot hold. */
export function inspect(value: Json): number {
  if (typeof value === 'string') refuseText(value);
  if (typeof value !== 'object' || value === null) return countIn(value);
  if (Array.isArray(value)) return value.reduce((sum: number, item: Json) => sum + inspect(item), 0);
  let members = 0;
  for (const [key, inner] of Object.entries(value)) {
    refuseText(key);
    refuseKey(key, value as Readonly<Record<string, Json>>);
    members += 1 + inspect(inner);
  }
  return members;
}

/** Keys by which a later copy of the object could reach a prototype. A plain `constructor` is a name like any other. */
function refuseKey(key: string, object: Readonly<Record<string, Json>>): void {
  const inner = object[key];
  const reaches = typeof inner === 'object' && inner !== null && Object.hasOwn(inner, 'prototype');
  if (key === '__proto__' || (key === 'constructor' && reaches)) {
    throw new AppError('forbidden_key', `The body holds the key ${key}, which is not allowed`);
  }
}

function refuseText(text: string): void {
  if (text.includes('\0') || !text.isWellFormed()) {
    throw new AppError('invalid_string', 'A text of the body holds U+0000 or half of a surrogate pair');
  }
}
