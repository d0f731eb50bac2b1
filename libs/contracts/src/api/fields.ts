import { ApiProperty, type ApiPropertyOptions, type ReferenceObject, type SchemaObject } from '@nestjs/swagger';
import { ValidateBy, ValidateIf } from 'class-validator';
import { isBlank, parseRfc3339, type ErrorCode } from '#libs/kernel';
import { environmentOf, isResourceKey, RESOURCE_KEY, RESOURCE_KEY_LENGTH } from '../identifiers.js';

/** A test that the value of a field must pass, and the code of its failure. */
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
  /** The code of failures of this field, instead of `invalid_type` and `too_long`. */
  readonly code?: ErrorCode;
}
/** What the OpenAPI document has of a field besides its description. */
interface Schema extends Omit<SchemaObject, 'type' | 'required' | 'properties'> {
  readonly type?: 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'object';
}

/**
 * A property of a body, checked by class-validator and described in the OpenAPI document. The rules are checked in order, and
 * only the first failure is reported. The name of a constraint and its `context.code` are the code of the rule.
 */
export function Field(options: FieldOptions, schema: Schema, rules: readonly Rule[]): PropertyDecorator {
  const { optional = false, nullable = false, code = 'invalid_type' } = options;
  const isPresent: Rule = { code, message: 'Is missing', test: (value) => value !== undefined };
  const all = [...(optional ? [] : [isPresent]), ...rules];
  return (target, name) => {
    all.forEach((rule, i) => first(rule, all.slice(0, i))(target, name));
    const isAbsent = (value: unknown): boolean => (optional && value === undefined) || (nullable && value === null);
    ValidateIf((_body, value: unknown) => !isAbsent(value))(target, name);
    ApiProperty(propertyOptions(options, schema))(target, name);
  };
}

/** `selfRequired`: for objects, swagger takes `required` for the list of their own required properties. */
function propertyOptions(options: FieldOptions, schema: Schema): ApiPropertyOptions {
  const { description, example, optional = false, nullable = false } = options;
  const { type, ...others } = schema;
  const common = { description, example, ...others, ...(nullable && { nullable }) };
  if (type !== 'object') return { ...common, ...(type && { type }), required: !optional };
  return { ...common, type, additionalProperties: others.additionalProperties ?? true, selfRequired: !optional };
}

/** Passes when an earlier rule has failed, so that only that failure is reported. */
function first({ code, message, test }: Rule, earlier: readonly Rule[]): PropertyDecorator {
  const validate = (value: unknown): boolean => earlier.some((rule) => !rule.test(value)) || test(value);
  return ValidateBy({ name: code, validator: { validate, defaultMessage: () => message } }, { context: { code } });
}

export interface TextOptions extends FieldOptions {
  readonly max: number;
  /** Whether `max` counts code points. Default: UTF-16 code units. */
  readonly countsCodePoints?: boolean;
  readonly pattern?: RegExp;
  /** The message when the pattern does not match. */
  readonly rule?: string;
  readonly format?: string;
}

/** A text. With a pattern, a mismatch has the field's own code. */
export function TextField({
  max,
  countsCodePoints,
  pattern,
  rule,
  format,
  ...options
}: TextOptions): PropertyDecorator {
  const fits = atMost(max, countsCodePoints);
  const schema: Schema = { type: 'string', maxLength: max, pattern: pattern?.source, format };
  const shaped = (text: string): boolean => pattern?.test(text) ?? true;
  return Field(options, schema, [
    { code: options.code ?? 'invalid_type', message: 'Must be a string', test: isString },
    ...(options.code === undefined ? [tooLong(max, fits)] : []),
    {
      code: options.code ?? 'invalid_string',
      message: rule ?? `Must not be longer than ${max}`,
      test: (value) => isString(value) && fits(value) && shaped(value),
    },
  ]);
}

/** A time in RFC 3339, of the years 2000 to 9999. */
export function TimeField(options: Omit<FieldOptions, 'code'>): PropertyDecorator {
  const test = (value: unknown): boolean => isString(value) && parseRfc3339(value) !== undefined;
  return timeField(options, { type: 'string', format: 'date-time' }, test);
}

/** The start or end of a time range: a time in RFC 3339, or a date. */
export function TimeBoundField(options: Omit<FieldOptions, 'code'>): PropertyDecorator {
  const test = (value: unknown): boolean => isString(value) && parseRfc3339(value, { date: 'first' }) !== undefined;
  return timeField(options, { type: 'string' }, test);
}

function timeField(options: Omit<FieldOptions, 'code'>, schema: Schema, test: Rule['test']): PropertyDecorator {
  const code = 'invalid_timestamp';
  return Field({ ...options, code }, schema, [
    { code, message: 'Must be a time in RFC 3339, like 2026-01-31T12:00:00Z', test },
  ]);
}

export const RESOURCE_KEY_RULE =
  'A key has 3 to 100 of a-z, 0-9 and _, in parts joined by dots that begin with a letter: checkout.new_flow';

/** A flag key, segment key or kill-switch key. */
export function ResourceKeyField(options: FieldOptions & { readonly code: ErrorCode }): PropertyDecorator {
  const schema: Schema = {
    type: 'string',
    minLength: RESOURCE_KEY_LENGTH.min,
    maxLength: RESOURCE_KEY_LENGTH.max,
    pattern: RESOURCE_KEY.source,
  };
  return Field(options, schema, [{ code: options.code, message: RESOURCE_KEY_RULE, test: isResourceKey }]);
}

/** A display name. */
export function NameField(options: Omit<FieldOptions, 'code'> & { readonly max: number }): PropertyDecorator {
  const { max } = options;
  return Field(options, { type: 'string', minLength: 1, maxLength: max }, [
    { code: 'invalid_type', message: 'Must be a string', test: isString },
    { code: 'invalid_name', message: 'Must not be blank', test: (value) => !isBlank(String(value)) },
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

export interface ListOptions extends FieldOptions {
  readonly max: number;
  /** The code of a list with too many entries. Default: `too_long`. */
  readonly tooMany?: ErrorCode;
  /** The rule of every entry. */
  readonly entry?: Rule;
  readonly items: SchemaObject | ReferenceObject;
}

/** A list. `code` is the code of a value that is not a list. */
export function ListField({ max, tooMany = 'too_long', entry, items, ...options }: ListOptions): PropertyDecorator {
  const atMost = (value: unknown): boolean => Array.isArray(value) && value.length <= max;
  return Field(options, { type: 'array', items, maxItems: max }, [
    { code: options.code ?? 'invalid_type', message: 'Must be a list', test: Array.isArray },
    { code: tooMany, message: `Must not hold more than ${max}`, test: atMost },
    ...(entry === undefined ? [] : [{ ...entry, test: (value: unknown) => (value as unknown[]).every(entry.test) }]),
  ]);
}

/** An object; `more` are further rules. */
export function ObjectField(options: FieldOptions, schema: Schema = {}, more: readonly Rule[] = []): PropertyDecorator {
  const test = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
  const rule: Rule = { code: options.code ?? 'invalid_type', message: 'Must be an object', test };
  return Field(options, { type: 'object', additionalProperties: true, ...schema }, [rule, ...more]);
}

/** The name or id of an environment. */
export const isEnvironment: Rule = {
  code: 'invalid_environment_name',
  message: 'Must be the name or id of an environment',
  test: (value) => isString(value) && environmentOf(value) !== undefined,
};

export function isString(value: unknown): value is string {
  return typeof value === 'string';
}

/** A text of at most `max` code points has at most twice as many units: a longer one is not counted. */
function atMost(max: number, countsCodePoints = false): (text: string) => boolean {
  if (!countsCodePoints) return (text) => text.length <= max;
  return (text) => text.length <= max || (text.length <= 2 * max && Array.from(text).length <= max);
}

function tooLong(max: number, fits = atMost(max)): Rule {
  const test = (value: unknown): boolean => isString(value) && fits(value);
  return { code: 'too_long', message: `Must not be longer than ${max} characters`, test };
}
