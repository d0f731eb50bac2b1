import type { NestApplicationOptions, Type, DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { NestLogger, type Logger } from '#libs/observability';
import { EnvelopeFilter } from '../answers/envelope-filter.js';
import { ValidBody } from '../input/valid-body.js';
import { VersionHeaders } from '../answers/version-headers.js';

/**
 * Nest on an instance of `createHttp`. Nest would put its own body parsers, error and 404 handlers on the instance, and hooks for
 * features that are not used here in front of every route, hot ones included: this keeps them out.
 */
class QuietAdapter extends FastifyAdapter {
  constructor(http: FastifyInstance) {
    // It adds its hooks while it is constructed: for so long the instance takes none.
    const { addHook } = http;
    http.addHook = (() => http) as typeof addHook;
    super(http as never);
    http.addHook = addHook;
  }

  override setErrorHandler(): never {
    return undefined as never;
  }

  override setNotFoundHandler(): never {
    return undefined as never;
  }

  override registerParserMiddleware(): void {}

  /** Middleware would need middie; Nest asks for it again when some module uses middleware. */
  override async init(): Promise<void> {}
}

/** Creates a Nest application whose controllers are routes of `http`. The caller runs `init()` or `listen()`. */
export async function mountNest(
  http: FastifyInstance,
  module: Type | DynamicModule,
  logger: Logger,
  options: NestApplicationOptions = {},
): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(module, new QuietAdapter(http), {
    logger: new NestLogger(logger),
    bodyParser: false,
    abortOnError: false,
    ...options,
  });
  app.useGlobalFilters(new EnvelopeFilter());
  app.useGlobalPipes(new ValidBody());
  app.useGlobalInterceptors(new VersionHeaders());
  return app;
}
