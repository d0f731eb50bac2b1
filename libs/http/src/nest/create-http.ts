import type { Socket } from 'node:net';
import { fastify, LogController, type FastifyInstance, type FastifyServerOptions } from 'fastify';
import { Registry } from 'prom-client';
import { AppError } from '#libs/kernel';
import type { Logger } from '#libs/observability';
import type { Guards } from '../access/access.js';
import { answerError, answerFrameworkError, answerNotFound } from '../answers/answer-error.js';
import { onRefused, type OnRefused } from '../access/attempts.js';
import { useStrictJson } from '../wire/body-parsers.js';
import { answerClientError } from '../wire/client-error.js';
import { trackAccess } from '../access/guards.js';
import { Health } from '../health.js';
import { refuseKeyInUrl } from '../access/key-in-url.js';
import type { KeyLimits } from '../limits/key-limits.js';
import { lingerWhileArriving } from '../wire/linger.js';
import { operationalRoutes } from './operational-routes.js';
import { requestIdOf } from '../wire/request-id.js';
import { guardEveryRoute } from './route-hooks.js';
import { RouteMetrics } from './route-metrics.js';
import { securityHeaders } from '../answers/security-headers.js';

export interface HttpOptions {
  /** Which process this is: for `/version`. */
  readonly service: string;
  readonly version?: string;
  readonly logger: Logger;
  /** Guards by kind of access; modules may add theirs later (`registerGuard`). */
  readonly guards?: Guards;
  readonly health?: Health;
  readonly registry?: Registry;
  /** Hops of our own proxies whose `X-Forwarded-For` is believed; none unless said. */
  readonly trustProxy?: boolean | number | string | string[];
  readonly limits?: Partial<HttpLimits>;
  /** None unless said. */
  readonly keyLimits?: KeyLimits;
  /** Hears of requests that are refused for who sent them; must neither wait nor throw. */
  readonly onRefused?: OnRefused;
}
export interface HttpLimits {
  readonly bodyBytes: number;
  readonly urlBytes: number;
  readonly headerBytes: number;
  /** A request that has not arrived whole after this is cut: 408. */
  readonly requestTimeoutMs: number;
  /** A connection on which nothing moves for this long is closed; streams turn it off with `keepOpen`. */
  readonly connectionTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
  /** After so many answers a connection is closed, so that callers spread over new instances. */
  readonly requestsPerSocket: number;
}

const defaults: HttpLimits = {
  bodyBytes: 1_048_576,
  urlBytes: 8_192,
  headerBytes: 16_384,
  requestTimeoutMs: 10_000,
  connectionTimeoutMs: 15_000,
  // Longer than the idle time of common balancers, so that they close first.
  keepAliveTimeoutMs: 72_000,
  requestsPerSocket: 1_000,
};

/**
 * The HTTP server of a process: carries raw routes and, through `mountNest`, controllers. Every route needs `config.access`;
 * every failure is answered with the one envelope; bodies are strict JSON.
 */
export function createHttp(options: HttpOptions): FastifyInstance {
  const limits = { ...defaults, ...options.limits };
  const health = options.health ?? new Health();
  const registry = options.registry ?? new Registry();
  const http = fastify(serverOptions(options, limits)) as unknown as FastifyInstance;
  http.decorateRequest('caller', undefined);
  if (options.onRefused !== undefined) onRefused(http, options.onRefused);
  trackAccess(http, options.guards);
  useStrictJson(http);
  http.setErrorHandler(answerError);
  http.setNotFoundHandler(answerNotFound);
  everyRequest(http, health, limits);
  guardEveryRoute(http, new RouteMetrics(registry), options.keyLimits);
  operationalRoutes(http, { service: options.service, version: options.version ?? 'dev', health, registry });
  return http;
}

function serverOptions({ logger, trustProxy = false }: HttpOptions, limits: HttpLimits): FastifyServerOptions {
  return {
    loggerInstance: logger,
    // No line per request, and no child logger either: request ids are given to the few lines there are.
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory: () => logger,
    trustProxy,
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestTimeoutMs,
    connectionTimeout: limits.connectionTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    // Node looks for requests that are too slow only every 30 s unless told.
    http: {
      maxHeaderSize: limits.headerBytes,
      requestTimeout: limits.requestTimeoutMs,
      headersTimeout: limits.requestTimeoutMs,
      connectionsCheckingInterval: Math.min(500, limits.requestTimeoutMs),
    },
    routerOptions: { maxParamLength: 300 },
    // Requests that still arrive on open connections while the server closes are served: nothing fails in a rolling restart.
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

/** Before everything else: the request id, security headers, what no URL may hold, and the 404, for which no body is read. */
function everyRequest(http: FastifyInstance, health: Health, { urlBytes, requestsPerSocket }: HttpLimits): void {
  let headers: Readonly<Record<string, string>> = {};
  http.addHook('onReady', async () => {
    headers = await securityHeaders();
  });
  http.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id).headers(headers);
    if (health.isStopping || served(request.raw.socket) >= requestsPerSocket) reply.header('connection', 'close');
    const url = request.raw.url ?? '';
    if (url.length > urlBytes) return done(new AppError('uri_too_long', `The URL is longer than ${urlBytes} bytes`));
    try {
      refuseKeyInUrl(url);
    } catch (error) {
      return done(error as Error);
    }
    if (request.is404) answerNotFound(request, reply);
    else done();
  });
  // Refused before its body has arrived: what still comes is thrown away.
  http.addHook('onSend', ({ raw }, _reply, _payload, done) => {
    if (!raw.complete) lingerWhileArriving(raw);
    done();
  });
}

const requests = Symbol('requests');

/**
 * How many requests a connection has carried, this one included. Node's own `maxRequestsPerSocket` announces the end but leaves
 * the connection open and answers 503 from then on.
 */
function served(socket: Socket & { [requests]?: number }): number {
  return (socket[requests] = (socket[requests] ?? 0) + 1);
}
