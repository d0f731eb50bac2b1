import { applyDecorators, Body, Controller, UseInterceptors, type Type } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import { IdempotencyKey } from './idempotency-key.js';
import { RulesetVersion } from './ruleset-version.js';

/** A controller of the gateway's API. `tag` is its chapter in the OpenAPI document. */
export const Management = (path: string, tag: string): ClassDecorator =>
  applyDecorators(Controller(path), ApiTags(tag), UseInterceptors(RulesetVersion, IdempotencyKey));

/** The request's body, checked against its class by the global pipe, and documented. */
export function BodyOf(shape: Type): ParameterDecorator {
  return (target, name, index) => {
    Body()(target, name, index);
    ApiBody({ type: shape })(target, name!, Object.getOwnPropertyDescriptor(target, name!)!);
  };
}
