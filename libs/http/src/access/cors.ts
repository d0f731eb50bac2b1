import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { KeyRecord } from '#libs/contracts';
import { AppError } from '#libs/kernel';

const PREFLIGHT = {
  'access-control-allow-methods': 'POST, OPTIONS, GET',
  'access-control-allow-headers':
    'authorization, content-type, if-none-match, x-api-key, last-event-id, x-request-id, x-loom-lib, x-loom-lib-version, loom-min-version, content-encoding',
  'access-control-max-age': '600',
} as const;
const EXPOSED =
  'ETag, Retry-After, X-Request-Id, Loom-Version, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset';
/** Keys that are made to be seen: only these are used by browsers of other origins. */
const PUBLIC_TYPES: ReadonlySet<string> = new Set(['flags_client', 'analytics_write']);

/**
 * Answers preflights of these paths for any origin, without credentials: a preflight cannot show the key. The routes
 * themselves carry `config: { cors: true }`, which enforces the key's own origins.
 */
export function sdkCors(http: FastifyInstance, ...paths: string[]): void {
  for (const path of paths) {
    http.options(path, { config: { access: { kind: 'public' }, query: 'any', uncounted: true } }, (request, reply) => {
      reply.header('access-control-allow-origin', request.headers.origin ?? '*').header('vary', 'Origin');
      return reply.headers(PREFLIGHT).code(204).send();
    });
  }
}

/** Lets the calling page read the answer, an error included; before the guard, so that it can read a 401. */
export function openToOrigin(request: FastifyRequest, reply: FastifyReply): void {
  const { origin } = request.headers;
  if (origin === undefined) return;
  reply.header('access-control-allow-origin', origin);
  reply.header('access-control-expose-headers', EXPOSED);
  reply.header('vary', 'Origin');
}

/**
 * Holds a page's origin against the key's list, exactly; an empty list allows every origin. Keys that are no browser's lose the
 * header, so that a page that stole one cannot read the answer.
 * @throws AppError 403 `forbidden`
 */
export function enforceOrigin(request: FastifyRequest, reply: FastifyReply, record: KeyRecord): void {
  const { origin } = request.headers;
  if (origin === undefined) return;
  const isPublic = PUBLIC_TYPES.has(record.key_type);
  const isAllowed = record.allowed_origins.length === 0 || record.allowed_origins.includes(origin);
  if (isPublic && isAllowed) return;
  reply.removeHeader('access-control-allow-origin');
  if (!isAllowed)
    throw new AppError('forbidden', 'This key may not be used from this origin: add it to its allowed_origins');
}
