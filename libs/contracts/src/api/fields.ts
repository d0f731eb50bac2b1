import { ApiProperty } from '@nestjs/swagger';
import { ValidateBy, ValidateIf } from 'class-validator';
import { parseRfc3339, type ErrorCode } from '#libs/kernel';
import { ENVIRONMENT_NAME, isKey, KEY_LENGTH, KEY_PATTERN, UUID } from '../identifiers.js';

/** One thing that must hold for a field, and the code of its failure. */
export interface Rule {
  readonly code: ErrorCode;
  readonly message: string;
  readonly test: (value: unknown) => boolean;
}
interface Documented {
  readonly description: string;
  readonly example?: unknown;
}
export interface FieldOptions extends Documented {
  /** May be left out. */
  readonly optional?: boolean;
  /** May be `null`, which empties it. */
  readonly nullable?: boolean;
  /** The field's own code: beats `invalid_type` and `too_long`. */
  readonly code?: ErrorCode;
}
type Schema = Readonly<Record<string, unknown>>;

/**
 * A property of a body: checked by class-validator, described in the OpenAPI document. The rules are looked at in their order, and
 * only the first that fails is reported: the constraint is named after its code, which stands in its `context.code` as well.
 */
export function Field(options: FieldOptions, schema: Schema, rules: readonly Rule[]): PropertyDecorator {
  const { optional = false, nullable = false, code = 'invalid_type', description, example } = options;
  const isThere: Rule = { code, message: 'Is missing', test: (value) => value !== undefined };
  const all = [...(optional ? [] : [isThere]), ...rules];
  return (target, name) => {
    all.forEach((rule, i) => first(rule, all.slice(0, i))(target, name));
    const isAbsent = (value: unknown): boolean => (optional && value === undefined) || (nullable && value === null);
    ValidateIf((_body, value: unknown) => !isAbsent(value))(target, name);
    ApiProperty({ description, example, required: !optional, ...schema, nullable: nullable || undefined } as never)(
      target,
      name,
    );
  };
}

/** A rule that passes wherever an earlier one has failed. */
function first({ code, message, test }: Rule, earlier: readonly Rule[]): PropertyDecorator {
  const validate = (value: unknown): boolean => earlier.some((rule) => !rule.test(value)) || test(value);
  return ValidateBy({ name: code, validator: { validate, defaultMessage: () => message } }, { context: { code } });
}

interface TextOptions extends FieldOptions {
  readonly max: number;
  readonly pattern?: RegExp;
  /** What is wrong when the pattern does not match. */
  readonly rule?: string;
  readonly format?: string;
}

/** A text; with a pattern, its failure has the field's own code. */
export function TextField({ max, pattern, rule, format, ...options }: TextOptions): PropertyDecorator {
  const schema = { type: 'string', maxLength: max, pattern: pattern?.source, format };
  const shaped = (text: string): boolean => pattern?.test(text) ?? true;
  return Field(options, schema, [
    { code: options.code ?? 'invalid_type', message: 'Must be a string', test: isString },
    ...(options.code === undefined ? [tooLong(max)] : []),
    {
      code: options.code ?? 'invalid_string',
      message: rule ?? `Must not be longer than ${max}`,
      test: (value) => isString(value) && value.length <= max && shaped(value),
    },
  ]);
}

/** A time in RFC 3339, of the years 2000 to 9999. */
export function TimeField(options: Omit<FieldOptions, 'code'>): PropertyDecorator {
  const code = 'invalid_timestamp';
  return Field({ ...options, code }, { type: 'string', format: 'date-time' }, [
    { code, message: 'Must be a time in RFC 3339, like 2026-01-31T12:00:00Z', test: isTime },
  ]);
}

function isTime(value: unknown): boolean {
  return isString(value) && parseRfc3339(value) !== undefined;
}

export const KEY_RULE =
  'A key has 3 to 100 of a-z, 0-9 and _, in parts joined by dots that begin with a letter: checkout.new_flow';

/** A key that people choose and that never changes. */
export function KeyField(options: FieldOptions & { readonly code: ErrorCode }): PropertyDecorator {
  const schema = { type: 'string', minLength: KEY_LENGTH.min, maxLength: KEY_LENGTH.max, pattern: KEY_PATTERN.source };
  return Field(options, schema, [{ code: options.code, message: KEY_RULE, test: isKey }]);
}

/** A name as people write it. */
export function NameField(options: Omit<FieldOptions, 'code'> & { readonly max: number }): PropertyDecorator {
  const { max } = options;
  return Field(options, { type: 'string', minLength: 1, maxLength: max }, [
    { code: 'invalid_type', message: 'Must be a string', test: isString },
    { code: 'invalid_name', message: 'Must not be blank', test: (value) => String(value).trim() !== '' },
    tooLong(max),
  ]);
}

export function OneOfField(options: FieldOptions, values: readonly string[]): PropertyDecorator {
  const message = `Must be one of ${values.join(', ')}`;
  const test = (value: unknown): boolean => isString(value) && values.includes(value);
  return Field(options, { type: 'string', enum: [...values] }, [
    { code: options.code ?? 'invalid_type', message, test },
  ]);
}

export function BooleanField(options: FieldOptions): PropertyDecorator {
  const test = (value: unknown): boolean => typeof value === 'boolean';
  return Field(options, { type: 'boolean' }, [{ code: 'invalid_type', message: 'Must be true or false', test }]);
}

interface ListOptions extends FieldOptions {
  readonly max: number;
  /** The code of a list that holds more; `too_long` unless said. */
  readonly tooMany?: ErrorCode;
  /** What each of the entries must be. */
  readonly entry?: Rule;
  readonly items: Schema;
}

/** A list; `code` is for what is no list. */
export function ListField({ max, tooMany = 'too_long', entry, items, ...options }: ListOptions): PropertyDecorator {
  const atMost = (value: unknown): boolean => Array.isArray(value) && value.length <= max;
  return Field(options, { type: 'array', items, maxItems: max }, [
    { code: options.code ?? 'invalid_type', message: 'Must be a list', test: Array.isArray },
    { code: tooMany, message: `Must not hold more than ${max}`, test: atMost },
    ...(entry === undefined ? [] : [{ ...entry, test: (value: unknown) => (value as unknown[]).every(entry.test) }]),
  ]);
}

/** An object; `more` holds for it as well. */
export function ObjectField(options: FieldOptions, schema: Schema = {}, more: readonly Rule[] = []): PropertyDecorator {
  const test = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
  const rule: Rule = { code: options.code ?? 'invalid_type', message: 'Must be an object', test };
  return Field(options, { type: 'object', additionalProperties: true, ...schema }, [rule, ...more]);
}

/** The name or id of an environment. */
export const isEnvironment: Rule = {
  code: 'invalid_environment_name',
  message: 'Must be the name or id of an environment',
  test: (value) => isString(value) && (ENVIRONMENT_NAME.test(value) || UUID.test(value)),
};

export function isString(value: unknown): value is string {
  return typeof value === 'string';
}

function tooLong(max: number): Rule {
  const test = (value: unknown): boolean => isString(value) && value.length <= max;
  return { code: 'too_long', message: `Must not be longer than ${max} characters`, test };
}
