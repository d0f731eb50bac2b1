import type { NestApplicationOptions, Type, DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { NestLogger, type Logger } from '#libs/observability';
import { EnvelopeFilter } from '../answers/envelope-filter.js';
import { ValidBody } from '../input/valid-body.js';
import { VersionHeaders } from '../answers/version-headers.js';

/**
 * Adapter for an instance of `createHttp`. It prevents Nest from installing its own body parsers, error and 404 handlers, and
 * hooks for unused features, which would run on every route, hot ones included.
 */
class QuietAdapter extends FastifyAdapter {
  constructor(http: FastifyInstance) {
    // The constructor of the base class adds hooks: meanwhile `addHook` does nothing.
    const { addHook } = http;
    http.addHook = (() => http) as typeof addHook;
    super(http);
    http.addHook = addHook;
  }

  override setErrorHandler(): ReturnType<FastifyAdapter['setErrorHandler']> {
    return this.instance;
  }

  override setNotFoundHandler(): ReturnType<FastifyAdapter['setNotFoundHandler']> {
    return this.instance;
  }

  override registerParserMiddleware(): void {}

  /** Does not register middie, which only middleware needs; Nest registers it when a module uses middleware. */
  override async init(): Promise<void> {}
}

/** Creates a Nest application that adds its controllers as routes of `http`. The caller must call `init()` or `listen()`. */
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
