import type { Type } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import { buildOpenApi } from './build-document.js';

/** The OpenAPI document, built at its first use. */
export class OpenApiSource {
  #document: Promise<OpenAPIObject> | undefined;

  constructor(private readonly controllers: readonly Type[]) {}

  document(): Promise<OpenAPIObject> {
    return (this.#document ??= buildOpenApi(this.controllers));
  }
}
