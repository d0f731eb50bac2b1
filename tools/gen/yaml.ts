const PLAIN = /^[A-Za-z_][A-Za-z0-9_./-]*$/;
const WORDS_THAT_ARE_NOT_TEXT = /^(true|false|null|yes|no|on|off)$/i;

/** A JSON value as block YAML 1.2; texts that YAML would parse as another type are quoted as in JSON. */
export function toYaml(value: unknown): string {
  return `${lines(value).join('\n')}\n`;
}

function lines(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.length === 0 ? ['[]'] : value.flatMap(item);
  if (typeof value !== 'object' || value === null) return [scalar(value)];
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return entries.length === 0 ? ['{}'] : entries.flatMap(([key, inner]) => entry(key, inner));
}

function item(value: unknown): readonly string[] {
  const [first, ...rest] = lines(value);
  return [`- ${first}`, ...rest.map((line) => `  ${line}`)];
}

function entry(key: string, value: unknown): readonly string[] {
  const inner = lines(value);
  const isInline = inner.length === 1 && (isEmpty(value) || typeof value !== 'object');
  if (isInline || value === null) return [`${scalar(key)}: ${inner[0]}`];
  return [`${scalar(key)}:`, ...inner.map((line) => `  ${line}`)];
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.values(value).every((inner) => inner === undefined);
}

function scalar(value: unknown): string {
  if (typeof value === 'string' && PLAIN.test(value) && !WORDS_THAT_ARE_NOT_TEXT.test(value)) return value;
  return JSON.stringify(value);
}
