import type { Type } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import { buildOpenApi } from './build-document.js';

/** The document, made when it is first asked for. */
export class OpenApiSource {
  #document: Promise<OpenAPIObject> | undefined;

  constructor(private readonly controllers: readonly Type[]) {}

  document(): Promise<OpenAPIObject> {
    return (this.#document ??= buildOpenApi(this.controllers));
  }
}
