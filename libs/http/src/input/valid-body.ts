import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { getMetadataStorage, validateSync, ValidationTypes, type ValidationError } from 'class-validator';
import { AppError, isErrorCode, type ErrorCode } from '#libs/kernel';

interface Finding {
  readonly code: ErrorCode;
  readonly field: string;
  readonly message: string;
}
type Shape = new () => object;

const MAX_DETAILS = 20;
const MAX_FIELD_NAME = 100;
const PLAIN: ReadonlySet<unknown> = new Set([Object, String, Number, Boolean, Array, undefined]);

/**
 * Pipe that validates bodies against their class; `mountNest` installs it for every controller. Details list unknown fields
 * first, then fields in the order of the class. The code of a field is the `context.code` of the failed rule, else
 * `invalid_type`.
 * @throws AppError with details `[{field: 'name', message}]`
 */
@Injectable()
export class ValidBody implements PipeTransform {
  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if (type !== 'body' || PLAIN.has(metatype)) return value;
    return validBody(metatype as Shape, value);
  }
}

/**
 * Validates a body outside of Nest; returns an instance of the class. Only the members that the class declares are read, and
 * their values are the same objects as before: free JSON is never walked or copied here, whatever its members are called.
 * Linear in the number of members.
 * @throws AppError as `ValidBody` does
 */
export function validBody<T extends object>(shape: new () => T, value: unknown): T {
  if (value === undefined) throw new AppError('empty_body', 'Send a JSON object as the body');
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new AppError('invalid_type', 'The body must be a JSON object');
  }
  const declared = fieldsOf(shape);
  const body = new shape();
  for (const name of declared) {
    if (Object.hasOwn(value, name)) Object.assign(body, { [name]: (value as Record<string, unknown>)[name] });
  }
  const errors = validateSync(body, { forbidUnknownValues: false, validationError: { target: false, value: false } });
  const findings = [...unknownFields(value, declared), ...errors.flatMap(findingsOf)];
  if (findings.length > 0) throw refusal(findings);
  return body;
}

const fieldsByShape = new WeakMap<Shape, ReadonlySet<string>>();

/**
 * Returns the names that a class declares by decorators, its own and inherited ones.
 * @throws TypeError for `@ValidateNested`: the values of fields stay plain, so that it would check nothing
 */
function fieldsOf(shape: Shape): ReadonlySet<string> {
  const known = fieldsByShape.get(shape);
  if (known !== undefined) return known;
  const metadata = getMetadataStorage().getTargetValidationMetadatas(shape, '', false, false);
  if (metadata.some(({ type }) => type === ValidationTypes.NESTED_VALIDATION)) {
    throw new TypeError(`${shape.name} has nested classes, which are not supported`);
  }
  const fields = new Set(metadata.map(({ propertyName }) => propertyName));
  fieldsByShape.set(shape, fields);
  return fields;
}

/** A set decides, not a look-up in an object: `toString` and `constructor` are names like any other. */
function unknownFields(value: object, declared: ReadonlySet<string>): readonly Finding[] {
  const findings: Finding[] = [];
  // A list of all names of a large object would cost more than parsing it.
  for (const name in value) {
    if (declared.has(name)) continue;
    findings.push({ code: 'unknown_field', field: name.slice(0, MAX_FIELD_NAME), message: 'Is not a known field' });
    if (findings.length === MAX_DETAILS) break;
  }
  return findings;
}

function refusal(findings: readonly Finding[]): AppError {
  const details = findings.slice(0, MAX_DETAILS).map(({ field, message }) => ({ field, message }));
  const [first] = findings;
  if (first === undefined) return new AppError('invalid_type', 'The body is invalid');
  return new AppError(first.code, `${first.field}: ${first.message}`, details);
}

/** One detail per field: several rules of a field often fail for the same reason. */
function findingsOf(error: ValidationError): readonly Finding[] {
  const failures = Object.entries(error.constraints ?? {}).slice(0, 1);
  return failures.map(([rule, message]) => ({ code: codeOf(error, rule), field: error.property, message }));
}

function codeOf(error: ValidationError, rule: string): ErrorCode {
  const code: unknown = (error.contexts?.[rule] as { code?: unknown } | undefined)?.code;
  return isErrorCode(code) ? code : 'invalid_type';
}
