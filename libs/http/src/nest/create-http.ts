import type { Socket } from 'node:net';
import { fastify, LogController, type FastifyInstance, type FastifyServerOptions } from 'fastify';
import { Registry } from 'prom-client';
import { AppError } from '#libs/kernel';
import type { Logger } from '#libs/observability';
import type { Guards } from '../access/access.js';
import { answerError, answerFrameworkError, answerNotFound } from '../answers/answer-error.js';
import { noteKnownPaths } from '../answers/allowed-methods.js';
import { onRefused, type OnRefused } from '../access/attempts.js';
import { boundConnections, type ConnectionBound } from '../wire/bound-connections.js';
import { useStrictJson } from '../wire/body-parsers.js';
import { answerClientError, answerExpectation } from '../wire/client-error.js';
import { trackAccess } from '../access/guards.js';
import { Health } from '../health.js';
import { refuseKeyInUrl } from '../access/key-in-url.js';
import type { KeyLimits } from '../limits/key-limits.js';
import { lingerWhileArriving } from '../wire/linger.js';
import { internalRoutes, probeRoutes } from './operational-routes.js';
import { requireOneHost } from '../wire/host-header.js';
import { requestIdOf } from '../wire/request-id.js';
import { logRequest, type LoggedRequests } from './request-lines.js';
import { dropForwardedPorts } from '../wire/forwarded-for.js';
import { guardEveryRoute } from './route-hooks.js';
import { RouteMetrics } from './route-metrics.js';
import { securityHeaders } from '../answers/security-headers.js';

export interface HttpOptions {
  /** Name of the process, for `/version`. */
  readonly service: string;
  /** Default: `dev`. */
  readonly version?: string;
  readonly startId?: string;
  readonly logger: Logger;
  /** Guards by kind of access. `registerGuard` adds further ones later. */
  readonly guards?: Guards;
  readonly health?: Health;
  readonly registry?: Registry;
  /** Proxies whose `X-Forwarded-For` is believed: their number, or their networks. Default: none. */
  readonly trustProxy?: number | readonly string[];
  readonly limits?: Partial<HttpLimits>;
  /** Whether another port answers `/metrics` and `/version`: see `createInternalHttp`. Default: false. */
  readonly isInternalElsewhere?: boolean;
  /** Requests that are logged when they end. Default: `errors` on hot routes, `all` on the others. */
  readonly logRequests?: LoggedRequests;
  /** Default: no limits. */
  readonly keyLimits?: KeyLimits;
  /** Default: no bound. */
  readonly connections?: ConnectionBound;
  /** Called for requests that are refused for lack of permission. Must neither block nor throw. */
  readonly onRefused?: OnRefused;
}
interface HttpLimits {
  readonly bodyBytes: number;
  readonly urlBytes: number;
  readonly headerBytes: number;
  /** A request that has not arrived completely after this time is answered with 408. */
  readonly requestTimeoutMs: number;
  /** A connection without traffic for this time is closed; `keepOpen` exempts streams. */
  readonly connectionTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
  /** A connection is closed after this many answers, so that callers spread over new instances. */
  readonly requestsPerSocket: number;
}

const defaults: HttpLimits = {
  bodyBytes: 1_048_576,
  urlBytes: 8_192,
  headerBytes: 16_384,
  requestTimeoutMs: 10_000,
  connectionTimeoutMs: 15_000,
  // Longer than the idle timeout of common load balancers, so that they close connections first.
  keepAliveTimeoutMs: 72_000,
  requestsPerSocket: 1_000,
};

/**
 * Creates the HTTP server of a process, for raw routes and, through `mountNest`, controllers. Every route must have
 * `config.access`; every error is answered with the envelope; bodies are strict JSON.
 */
export function createHttp(options: HttpOptions): FastifyInstance {
  const limits = { ...defaults, ...options.limits };
  const health = options.health ?? new Health();
  const registry = options.registry ?? new Registry();
  const http = fastify(serverOptions(options, limits)) as unknown as FastifyInstance;
  http.server.on('checkExpectation', answerExpectation);
  if (options.connections !== undefined) boundConnections(http.server, options.connections);
  http.decorateRequest('caller', undefined);
  if (options.onRefused !== undefined) onRefused(http, options.onRefused);
  trackAccess(http, options.guards);
  noteKnownPaths(http);
  useStrictJson(http);
  http.setErrorHandler(answerError);
  http.setNotFoundHandler(answerNotFound);
  everyRequest(http, health, limits);
  const { logger, logRequests, keyLimits } = options;
  guardEveryRoute(http, { metrics: new RouteMetrics(registry), logger, logRequests, keyLimits });
  if ((logRequests ?? 'all') === 'all') logUnknownPaths(http, logger);
  probeRoutes(http, health, options.startId);
  if (options.isInternalElsewhere !== true) internalRoutes(http, { ...options, registry });
  return http;
}

function serverOptions({ logger, trustProxy = 0 }: HttpOptions, limits: HttpLimits): FastifyServerOptions {
  return {
    loggerInstance: logger,
    // No log line and no child logger per request; lines about errors include the request id.
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory: () => logger,
    trustProxy: trusted(trustProxy),
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestTimeoutMs,
    connectionTimeout: limits.connectionTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    // Node checks for slow requests every 30 s by default.
    http: {
      // `requireOneHost` answers with the envelope.
      requireHostHeader: false,
      maxHeaderSize: limits.headerBytes,
      requestTimeout: limits.requestTimeoutMs,
      headersTimeout: limits.requestTimeoutMs,
      connectionsCheckingInterval: Math.min(500, limits.requestTimeoutMs),
    },
    routerOptions: { maxParamLength: 300 },
    // Requests that arrive on open connections while the server closes are served, so that no request fails in a rolling restart.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    requestIdHeader: false,
    genReqId: requestIdOf,
    frameworkErrors: answerFrameworkError,
    clientErrorHandler: (error: Error, socket: Socket) => answerClientError(error, socket, limits.urlBytes),
    ajv: {
      customOptions: {
        removeAdditional: false,
        coerceTypes: false,
        useDefaults: false,
        allErrors: true,
        verbose: true,
        keywords: ['errorCode'],
      },
    },
  } as FastifyServerOptions;
}

/**
 * A number n trusts the peer and the n - 1 addresses before it, so that the n-th from the right is the client. It becomes a function,
 * since Fastify trusts no address when it gets a number.
 */
function trusted(proxies: number | readonly string[]): FastifyServerOptions['trustProxy'] {
  if (typeof proxies !== 'number') return [...proxies];
  return proxies === 0 ? false : (_address, index) => index < proxies;
}

/** Runs before all other hooks: request id, security headers, checks of the URL, and the 404, for which no body is read. */
function everyRequest(http: FastifyInstance, health: Health, { urlBytes, requestsPerSocket }: HttpLimits): void {
  let headers: Readonly<Record<string, string>> = {};
  http.addHook('onReady', async () => {
    headers = await securityHeaders();
  });
  http.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id).headers(headers);
    if (health.isStopping || countRequest(request.raw.socket) >= requestsPerSocket) reply.header('connection', 'close');
    dropForwardedPorts(request.raw.headers);
    const url = request.raw.url ?? '';
    if (url.length > urlBytes) return done(new AppError('uri_too_long', `The URL is longer than ${urlBytes} bytes`));
    try {
      requireOneHost(request.raw);
      refuseKeyInUrl(url);
    } catch (error) {
      return done(error as Error);
    }
    if (request.is404) answerNotFound(request, reply);
    else done();
  });
  // Answered before the body has arrived: the rest of it is discarded.
  http.addHook('onSend', ({ raw }, reply, _payload, done) => {
    if (!raw.complete) lingerWhileArriving(raw, reply.raw);
    done();
  });
}

/** Requests for paths without a route have none of the hooks of routes. */
function logUnknownPaths(http: FastifyInstance, logger: Logger): void {
  http.addHook('onResponse', (request, reply, done) => {
    if (request.is404) logRequest(logger, request, reply);
    done();
  });
}

const requests = Symbol('requests');

/**
 * Returns the number of requests on a connection, including this one. Node's `maxRequestsPerSocket` does not serve: it announces
 * the end, but leaves the connection open and answers 503 from then on.
 */
function countRequest(socket: Socket & { [requests]?: number }): number {
  return (socket[requests] = (socket[requests] ?? 0) + 1);
}
