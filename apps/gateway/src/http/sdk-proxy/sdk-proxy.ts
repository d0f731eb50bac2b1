import httpProxy, { type FastifyHttpProxyOptions } from '@fastify/http-proxy';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { forgedGeoHeaders, type GeoSettings } from '#libs/edge';
import { AppError } from '#libs/kernel';
import type { HttpRoutes } from '#libs/service';
import { ofrepErrors } from '#libs/edge';
import { keepOpen, occupy, registerGuard, type StreamPlaces } from '#libs/http';
import type { Logger } from '#libs/observability';
import { sdkPaths, type Upstreams } from './sdk-paths.js';

const PROXIED = 'custom:proxied';
const HEADERS_TIMEOUT_MS = 10_000;
/** Connections to each upstream, beside those of open streams; further requests wait for one. */
const MAX_CONNECTIONS = 128;
/** A forwarded stream has a connection to the client and one to the upstream. */
const DESCRIPTORS = 2;
/** Node has answered it with `100 Continue`; the client of the proxy cannot send it. */
const NOT_FORWARDED = ['expect'];
/** Bodies of these requests are not forwarded. */
const WITHOUT_BODY: ReadonlySet<string> = new Set(['GET', 'HEAD']);
const OF_BODIES = ['content-type', 'content-length', 'content-encoding', 'transfer-encoding'];

/**
 * Forwards requests of SDKs to the service that answers them, for installations without an ingress. That service checks the key and
 * the body; the proxy neither parses nor buffers, so that streams are not delayed.
 */
export class SdkProxy implements HttpRoutes {
  readonly #streams = new Set<Readable>();

  constructor(
    private readonly upstreams: Upstreams,
    private readonly places: StreamPlaces,
    private readonly logger: Logger,
    private readonly geo: GeoSettings,
  ) {}

  register(http: FastifyInstance): void {
    registerGuard(http, PROXIED, () => undefined);
    if (this.upstreams.evaluation !== undefined) ofrepErrors(http);
    for (const service of Object.keys(sdkPaths) as (keyof Upstreams)[]) {
      const upstream = this.upstreams[service];
      if (upstream !== undefined) this.#forward(http, service, upstream);
    }
  }

  /** Ends all open streams: their readers reconnect, to another instance. */
  end(): void {
    for (const stream of this.#streams) stream.destroy();
  }

  #forward(http: FastifyInstance, service: keyof Upstreams, upstream: string): void {
    const isStream = service === 'streaming';
    const options: FastifyHttpProxyOptions = {
      upstream,
      routes: [...sdkPaths[service]],
      // All of them: the service knows which it accepts.
      httpMethods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
      config: { access: { kind: PROXIED }, query: 'any', emptyBody: true },
      disableRequestLogging: true,
      undici: {
        connections: MAX_CONNECTIONS + (isStream ? this.places.max : 0),
        headersTimeout: HEADERS_TIMEOUT_MS,
      },
      preHandler: isStream ? (...hook) => this.#admitStream(...hook) : withoutParsedBody,
      replyOptions: {
        rewriteRequestHeaders: (request, headers) => this.#headers(request as unknown as FastifyRequest, headers),
        // Retries are the caller's decision.
        retryDelay: () => null,
        onResponse: (_request, reply, { stream }) => this.#send(asReply(reply), stream),
        onError: (reply, { error }) => this.#refuse(asReply(reply), upstream, error),
      },
    };
    // In a context of its own, where no body is parsed.
    void http.register(async (own) => {
      own.removeAllContentTypeParsers();
      await own.register(httpProxy, options);
    });
  }

  #headers(request: FastifyRequest, headers: IncomingHttpHeaders): IncomingHttpHeaders {
    const dropped = [
      ...NOT_FORWARDED,
      ...(WITHOUT_BODY.has(request.method) ? OF_BODIES : []),
      ...forgedGeoHeaders(request, this.geo),
    ];
    return { ...without(headers, dropped), ...forwardedHeaders(request) };
  }

  /** Takes a place until the client has left: the upstream's connection closes then. */
  #admitStream(request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void {
    try {
      if (request.method === 'GET') occupy(reply, [() => this.places.take(DESCRIPTORS)]);
      withoutParsedBody(request, reply, done);
    } catch (error) {
      done(error as Error);
    }
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
    this.logger.warn({ err: error, upstream }, 'an upstream of the SDK proxy does not answer');
    void reply.send(
      new AppError('overloaded', 'The service that answers this path is not reachable; try again shortly'),
    );
  }
}

/** Only what arrives is forwarded: the empty body that requests without one get is not. */
function withoutParsedBody(request: FastifyRequest, _reply: FastifyReply, done: () => void): void {
  if (!(request.body instanceof Readable)) request.body = undefined;
  done();
}

function without<T extends object>(headers: T, names: readonly string[]): Partial<T> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name))) as Partial<T>;
}

/** The request's id and its client address, host and scheme as this process resolved them (`LOOM_TRUST_PROXY`). */
function forwardedHeaders(request: FastifyRequest): Record<string, string> {
  return {
    'x-request-id': request.id,
    'x-forwarded-for': request.ip,
    'x-forwarded-host': request.host,
    'x-forwarded-proto': request.protocol,
  };
}

/** The plugin's types include HTTP/2; the server speaks HTTP/1.1 only. */
function asReply(reply: unknown): FastifyReply {
  return reply as FastifyReply;
}
