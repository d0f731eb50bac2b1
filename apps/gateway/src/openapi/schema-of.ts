/** The JSON schema of an example. `null` in the example becomes the schema of any value. */
export function schemaOf(example: unknown): object {
  if (example === null || example === undefined) return {};
  if (Array.isArray(example)) return { type: 'array', items: example.length === 0 ? {} : schemaOf(example[0]) };
  if (typeof example !== 'object') return { type: Number.isInteger(example) ? 'integer' : typeof example };
  const properties = Object.fromEntries(Object.entries(example).map(([name, value]) => [name, schemaOf(value)]));
  return { type: 'object', properties };
}
