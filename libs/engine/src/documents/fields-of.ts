import { type Fields, isObject } from '#libs/kernel';

/** The value if it is an object, else an object without fields: a stored document may be any JSON. */
export const fieldsOf = (value: unknown): Fields => (isObject(value) ? value : {});
