import httpProxy, { type FastifyHttpProxyOptions } from '@fastify/http-proxy';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import { AppError } from '#libs/kernel';
import { HttpRoutes } from '#libs/service';
import { keepOpen, registerGuard } from '#libs/http';
import type { Logger } from '#libs/observability';

export interface Upstreams {
  readonly evaluation?: string;
  readonly streaming?: string;
  readonly capture?: string;
}

/** What SDKs call, by the service that answers it. */
export const sdkPaths: Readonly<Record<keyof Upstreams, readonly string[]>> = {
  evaluation: [
    '/api/flags/evaluate',
    '/api/flags/evaluate/:key',
    '/api/flags/ruleset',
    '/ofrep/v1/evaluate/flags',
    '/ofrep/v1/evaluate/flags/:key',
  ],
  streaming: ['/api/flags/stream', '/ofrep/v1/stream'],
  capture: ['/api/analytics/capture', '/api/analytics/batch'],
};
const PROXIED = 'custom:proxied';
const HEADERS_TIMEOUT_MS = 10_000;
/** Each stream holds one. */
const MAX_CONNECTIONS = 20_000;

/**
 * Passes requests of SDKs on to the service that answers them, where no ingress does. That service checks the key, the body and
 * everything else; here nothing is read and nothing held back, so that streams flow.
 */
export class SdkProxy extends HttpRoutes {
  readonly #streams = new Set<Readable>();

  constructor(
    private readonly upstreams: Upstreams,
    private readonly logger: Logger,
  ) {
    super();
  }

  override register(http: FastifyInstance): void {
    registerGuard(http, PROXIED, () => undefined);
    for (const [service, routes] of Object.entries(sdkPaths)) {
      const upstream = this.upstreams[service as keyof Upstreams];
      if (upstream !== undefined) this.#pass(http, upstream, [...routes]);
    }
  }

  /** Ends what still streams: readers come back, to another instance. */
  end(): void {
    for (const stream of this.#streams) stream.destroy();
  }

  #pass(http: FastifyInstance, upstream: string, routes: string[]): void {
    const options: FastifyHttpProxyOptions = {
      upstream,
      routes,
      httpMethods: ['GET', 'POST', 'OPTIONS'],
      config: { access: { kind: PROXIED }, query: 'any', emptyBody: true },
      disableRequestLogging: true,
      undici: { connections: MAX_CONNECTIONS, headersTimeout: HEADERS_TIMEOUT_MS },
      preHandler: dropMadeUpBody,
      replyOptions: {
        rewriteRequestHeaders: (request, headers) => ({
          ...headers,
          ...circumstancesOf(request as unknown as FastifyRequest),
        }),
        // The caller decides whether to come again, not we.
        retryDelay: () => null,
        onResponse: (_request, reply, { stream }) => this.#send(asReply(reply), stream),
        onError: (reply, { error }) => this.#refuse(asReply(reply), upstream, error),
      },
    };
    // The parsers of a context of its own: bodies pass as they come.
    void http.register(async (own) => {
      own.removeAllContentTypeParsers();
      await own.register(httpProxy, options);
    });
  }

  #send(reply: FastifyReply, stream: Readable): void {
    if (String(reply.getHeader('content-type')).startsWith('text/event-stream')) {
      keepOpen(reply);
      this.#streams.add(stream);
      stream.once('close', () => this.#streams.delete(stream));
    }
    void reply.send(stream);
  }

  #refuse(reply: FastifyReply, upstream: string, error: Error): void {
    this.logger.warn({ err: error, upstream }, 'a service behind the gateway does not answer');
    void reply.send(new AppError('overloaded', 'The service that answers this is not reachable; try again shortly'));
  }
}

/** A request without a body goes on without one. */
function dropMadeUpBody(request: FastifyRequest, _reply: FastifyReply, done: () => void): void {
  if (request.headers['content-type'] === undefined) request.body = undefined;
  done();
}

/** Who calls, as far as we believe it, and the request's id. */
function circumstancesOf(request: FastifyRequest): Record<string, string> {
  return {
    'x-request-id': request.id,
    'x-forwarded-for': request.ip,
    'x-forwarded-host': request.host,
    'x-forwarded-proto': request.protocol,
  };
}

/** The plugin's types know HTTP/2 as well; our server speaks 1.1. */
function asReply(reply: unknown): FastifyReply {
  return reply as FastifyReply;
}
