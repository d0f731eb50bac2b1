/** A JSON object of unknown content, as `JSON.parse` returns it. */
export type Fields = { readonly [key: string]: unknown };

/** Whether a value is a JSON object: not null, not an array. */
export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
