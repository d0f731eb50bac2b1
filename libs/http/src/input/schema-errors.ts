import { AppError, isErrorCode, type ErrorCode, type ErrorDetail } from '#libs/kernel';

/** One violation as ajv reports it with `verbose: true`. */
interface Violation {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
  readonly parentSchema?: JsonSchema;
}
interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  /** Error code of the field, or one per keyword (`{ maxItems: 'too_many_flags', '*': 'invalid_context' }`). */
  readonly errorCode?: string | Readonly<Record<string, string>>;
}
interface Finding {
  readonly code: ErrorCode;
  readonly detail: ErrorDetail;
  readonly rank: readonly number[];
}

const MAX_DETAILS = 20;
const UNKNOWN = new Set(['additionalProperties', 'unevaluatedProperties']);
const generic: Readonly<Record<string, ErrorCode>> = { maxLength: 'too_long' };

/**
 * Returns the error for violations of a schema. Details list unknown fields first, then fields in the order of the schema; the
 * first one determines the code: the `errorCode` of the field, else a general one such as `invalid_type`.
 */
export function violationsOf(violations: readonly unknown[], schema: unknown): AppError {
  const findings = (violations as readonly Violation[])
    .map((violation) => finding(violation, schema as JsonSchema | undefined))
    .sort((a, b) => compare(a.rank, b.rank))
    .slice(0, MAX_DETAILS);
  const first = findings[0];
  if (first === undefined) return new AppError('invalid_type', 'The request does not match the schema');
  const message = `${first.detail.field === '' ? 'The body' : first.detail.field}: ${first.detail.message}`;
  return new AppError(
    first.code,
    message,
    findings.map(({ detail }) => detail),
  );
}

function finding(violation: Violation, schema: JsonSchema | undefined): Finding {
  const path = violation.instancePath.split('/').slice(1).map(unescape);
  const own = violation.params['additionalProperty'] ?? violation.params['unevaluatedProperty'];
  if (UNKNOWN.has(violation.keyword) && typeof own === 'string') {
    const detail = { field: fieldOf([...path, own.slice(0, 100)]), message: 'Is not a known field' };
    return { code: 'unknown_field', detail, rank: [0, ...rankOf(path, schema)] };
  }
  const missing = violation.params['missingProperty'];
  const isMissing = violation.keyword === 'required' && typeof missing === 'string';
  const at = isMissing ? [...path, missing] : path;
  const fieldSchema = isMissing ? violation.parentSchema?.properties?.[missing] : violation.parentSchema;
  const detail = { field: fieldOf(at), message: isMissing ? 'Is missing' : (violation.message ?? 'Is invalid') };
  return { code: codeOf(fieldSchema, violation.keyword), detail, rank: [1, ...rankOf(at, schema)] };
}

function codeOf(schema: JsonSchema | undefined, keyword: string): ErrorCode {
  const own =
    typeof schema?.errorCode === 'object' ? (schema.errorCode[keyword] ?? schema.errorCode['*']) : schema?.errorCode;
  return isErrorCode(own) ? own : (generic[keyword] ?? 'invalid_type');
}

/** Returns the position of a field in the schema, one number per level. */
function rankOf(path: readonly string[], schema: JsonSchema | undefined): number[] {
  const ranks: number[] = [];
  let level = schema;
  for (const name of path) {
    const names = Object.keys(level?.properties ?? {});
    ranks.push(level?.items === undefined ? names.indexOf(name) : Number(name));
    level = level?.items ?? level?.properties?.[name];
  }
  return ranks;
}

function compare(a: readonly number[], b: readonly number[]): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Returns the path as text, e.g. `variants[2].name`. */
function fieldOf(path: readonly string[]): string {
  return path.reduce(
    (field, part) => (/^\d+$/.test(part) ? `${field}[${part}]` : field === '' ? part : `${field}.${part}`),
    '',
  );
}

function unescape(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}
