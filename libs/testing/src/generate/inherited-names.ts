import fc from 'fast-check';
import type { Json } from '#libs/kernel';

/** Names that every object, list or function has without owning them, and names with a meaning to the language. */
export const INHERITED_NAMES: readonly string[] = [
  ...new Set([Object, Array, Function, String].flatMap((type) => Object.getOwnPropertyNames(type.prototype))),
  ...['then', 'toJSON', 'prototype', 'type', 'raw', '__esModule'],
].filter((name) => name !== '__proto__');

const name = fc.oneof(fc.constantFrom(...INHERITED_NAMES), fc.constantFrom('a', 'b'));
const scalar = fc.constantFrom<Json>(null, true, 0, 1.5, '', 'text', 'constructor');

/** JSON with members of such names at every depth. `constructor.prototype` is left out: the parser refuses it. */
export const namedLikeMethods: fc.Arbitrary<{ readonly [name: string]: Json }> = fc.letrec<{
  value: Json;
  object: { readonly [name: string]: Json };
}>((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, scalar, tie('object'), fc.array(tie('value'), { maxLength: 3 })),
  object: fc.dictionary(name, tie('value'), { maxKeys: 6 }).map(withoutPrototypes),
})).object;

function withoutPrototypes(object: Record<string, Json>): { readonly [name: string]: Json } {
  const { constructor: own, ...others } = { ...object, constructor: object['constructor'] };
  const plain = Object.hasOwn(object, 'constructor') && !Object.hasOwn(Object(own) as object, 'prototype');
  return plain ? { ...others, constructor: own as Json } : others;
}
