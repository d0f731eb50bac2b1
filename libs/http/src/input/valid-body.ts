import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { AppError, isErrorCode, type ErrorCode } from '#libs/kernel';

interface Finding {
  readonly code: ErrorCode;
  readonly field: string;
  readonly message: string;
}
type Shape = new () => object;

const MAX_DETAILS = 20;
const UNKNOWN = 'whitelistValidation';
const PLAIN: ReadonlySet<unknown> = new Set([Object, String, Number, Boolean, Array, undefined]);

/**
 * Pipe that validates bodies against their class; `mountNest` installs it for every controller. Details list unknown fields
 * first, then fields in the order of the class. The code of a field is the `context.code` of the failed rule, else
 * `invalid_type`.
 * @throws AppError with details `[{field: 'variants[2].name', message}]`
 */
@Injectable()
export class ValidBody implements PipeTransform {
  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if (type !== 'body' || PLAIN.has(metatype)) return value;
    return validBody(metatype as Shape, value);
  }
}

/** Validates a body outside of Nest; returns an instance of the class. @throws AppError as `ValidBody` does */
export function validBody<T extends object>(shape: new () => T, value: unknown): T {
  if (value === undefined) throw new AppError('empty_body', 'Send a JSON object as the body');
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new AppError('invalid_type', 'The body must be a JSON object');
  }
  const body = plainToInstance(shape, value);
  const errors = validateSync(body, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: false });
  if (errors.length > 0) throw refusal(errors.flatMap((error) => findingsOf(error, '')));
  return body;
}

function refusal(findings: readonly Finding[]): AppError {
  const unknown = findings.filter(({ code }) => code === 'unknown_field');
  const ordered = [...unknown, ...findings.filter(({ code }) => code !== 'unknown_field')];
  const details = ordered.slice(0, MAX_DETAILS).map(({ field, message }) => ({ field, message }));
  const [first] = ordered;
  if (first === undefined) return new AppError('invalid_type', 'The body is invalid');
  return new AppError(first.code, `${first.field}: ${first.message}`, details);
}

function findingsOf(error: ValidationError, parent: string): Finding[] {
  const field = pathOf(parent, error.property.slice(0, 100));
  const own = Object.entries(error.constraints ?? {}).map(([rule, message]) => ({
    code: rule === UNKNOWN ? 'unknown_field' : codeOf(error, rule),
    field,
    message: rule === UNKNOWN ? 'Is not a known field' : message,
  }));
  const inner = (error.children ?? []).flatMap((child) => findingsOf(child, field));
  // One detail per field: several rules of a field often fail for the same reason.
  return [...own.slice(0, 1), ...inner] as Finding[];
}

function codeOf(error: ValidationError, rule: string): ErrorCode {
  const code: unknown = (error.contexts?.[rule] as { code?: unknown } | undefined)?.code;
  return isErrorCode(code) ? code : 'invalid_type';
}

function pathOf(parent: string, property: string): string {
  if (parent === '') return property;
  return /^\d+$/.test(property) ? `${parent}[${property}]` : `${parent}.${property}`;
}
