import type { FastifyInstance } from 'fastify';
import { Registry } from 'prom-client';
import { createHttp, type HttpOptions } from './create-http.js';
import { internalRoutes, type Internals } from './operational-routes.js';

/**
 * Creates the server of the internal port: `/metrics` and `/version`, besides the probes. Its own requests are counted nowhere, since
 * the registry holds those of the public port.
 */
export function createInternalHttp(options: Pick<HttpOptions, 'logger' | 'health'> & Internals): FastifyInstance {
  const { service, version, logger, health } = options;
  const registry = new Registry();
  const http = createHttp({ service, version, logger, health, registry, isInternalElsewhere: true });
  internalRoutes(http, options);
  return http;
}
