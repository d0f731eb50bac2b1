import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { allowsOrigin, type KeyRecord } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import { addVary } from '../answers/vary.js';

const PREFLIGHT = {
  'access-control-allow-methods': 'POST, OPTIONS, GET',
  'access-control-max-age': '7200',
} as const;
/** Allowed when a preflight asks for none. */
const OWN_HEADERS =
  'authorization, content-type, if-none-match, x-api-key, last-event-id, x-request-id, x-loom-lib, x-loom-lib-version, loom-min-version, content-encoding';
const MAX_HEADERS = 50;
/** A header name (RFC 9110, 5.6.2). */
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;
const EXPOSED =
  'ETag, Retry-After, X-Request-Id, Loom-Version, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset';
/** Types of keys that may be published in pages: only these may be used by browsers. */
const PUBLIC_TYPES: ReadonlySet<string> = new Set(['flags_client', 'analytics_write']);

/**
 * Answers preflights of these paths for any origin and any header, without credentials: a preflight carries no key, and tracing
 * and polyfills add headers of their own, whose values are ignored. The routes themselves must
 * have `config: { cors: true }`, which enforces the allowed origins of the key.
 */
export function sdkCors(http: FastifyInstance, ...paths: string[]): void {
  for (const path of paths) {
    http.options(path, { config: { access: { kind: 'public' }, query: 'any', uncounted: true } }, (request, reply) => {
      const { origin = '*', 'access-control-request-headers': asked } = request.headers;
      reply.header('access-control-allow-origin', origin);
      addVary(reply, 'Origin, Access-Control-Request-Headers');
      reply.header('access-control-allow-headers', asked === undefined ? OWN_HEADERS : namesIn(asked));
      return reply.headers(PREFLIGHT).code(204).send();
    });
  }
}

function namesIn(asked: string): string {
  const names = asked.split(',').map((name) => name.trim());
  return names.filter((name) => TOKEN.test(name)).slice(0, MAX_HEADERS).join(', '); // prettier-ignore
}

/** Sets the CORS headers that let the page read the answer. Runs before the guard, so that the page can read a 401 as well. */
export function openToOrigin(request: FastifyRequest, reply: FastifyReply): void {
  const { origin } = request.headers;
  if (origin === undefined) return;
  reply.header('access-control-allow-origin', origin);
  reply.header('access-control-expose-headers', EXPOSED);
  addVary(reply, 'Origin');
}

/**
 * Compares the origin of the page with `allowed_origins` of the key. Removes the CORS header for keys of other types, so that a page with a stolen key cannot read the answer.
 * @throws AppError `forbidden` when the origin is not in the list
 */
export function enforceOrigin(request: FastifyRequest, reply: FastifyReply, record: KeyRecord): void {
  const { origin } = request.headers;
  if (origin === undefined) return;
  const isPublic = PUBLIC_TYPES.has(record.key_type);
  const isAllowed = allowsOrigin(record.allowed_origins, origin);
  if (isPublic && isAllowed) return;
  reply.removeHeader('access-control-allow-origin');
  if (!isAllowed)
    throw new AppError('forbidden', 'This key may not be used from this origin: add it to its allowed_origins');
}
