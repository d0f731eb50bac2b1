import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '#libs/kernel';
import { parseStrictJson } from './strict-json.js';
import { unzip } from './unzip.js';

type Done = (error: Error | null, body?: unknown) => void;

/**
 * Makes strict JSON the only accepted body. Routes that accept another format register a parser in an encapsulated context, as
 * `useEventBodies` does for gzip.
 */
export function useStrictJson(http: FastifyInstance): void {
  http.removeAllContentTypeParsers();
  http.addContentTypeParser('application/json', { parseAs: 'buffer' }, parseJson);
  http.addContentTypeParser(/^application\/[a-z0-9!#$&^_.+-]+\+json(?:;|$)/, { parseAs: 'buffer' }, parseJson);
}

export interface EventBodyLimits {
  /** Limit of a body as sent, and again after decompression. */
  readonly bodyBytes: number;
  /** Limit of a body of `navigator.sendBeacon`. */
  readonly beaconBytes: number;
}
/** JSON of this size takes milliseconds to parse. */
const LARGE_BYTES = 128 * 1024;

/**
 * Registers the parsers of routes that accept events, in an encapsulated context: JSON, also gzipped, and JSON as text/plain
 * without Authorization, as `navigator.sendBeacon` sends it. The routes must not set a `bodyLimit`, which would replace both
 * limits.
 */
export function useEventBodies(http: FastifyInstance, { bodyBytes, beaconBytes }: EventBodyLimits): void {
  http.removeAllContentTypeParsers();
  const json = { parseAs: 'buffer', bodyLimit: bodyBytes } as const;
  http.addContentTypeParser('application/json', json, (request, body: Buffer, done) => {
    if (!isGzipped(request)) return parseJson(request, body, done);
    unzip(body, bodyBytes, (error, plain) => (plain === undefined ? done(error) : parsePlain(request, plain, done)));
  });
  const text = { parseAs: 'buffer', bodyLimit: beaconBytes } as const;
  http.addContentTypeParser('text/plain', text, (request, body: Buffer, done) => {
    if (isBeacon(request)) parseJson(request, body, done);
    else done(new AppError('unsupported_media_type', 'Send Content-Type: application/json'));
  });
}

/** Whether a request comes from `navigator.sendBeacon`, which can send no header: its key is `api_key` in the body. */
export function isBeacon({ headers }: FastifyRequest): boolean {
  return headers.authorization === undefined && headers['content-type']?.startsWith('text/plain') === true;
}

/** `x-gzip` is the same (RFC 9110, 8.4.1.3). */
const GZIP: ReadonlySet<string> = new Set(['gzip', 'x-gzip']);

function isGzipped({ headers }: FastifyRequest): boolean {
  return GZIP.has(headers['content-encoding']?.trim().toLowerCase() ?? '');
}

function parsePlain({ routeOptions: { config }, headers }: FastifyRequest, body: Buffer, done: Done): void {
  try {
    refuseOtherCharsets(headers['content-type'] ?? '');
    // The route decides about an empty body (`emptyBody`).
    const value = body.length === 0 ? undefined : parseStrictJson(body, config.numbers, config.members);
    if (body.length <= LARGE_BYTES) return done(null, value);
    // Other requests get their turn between parsing a large body and working with it.
    setImmediate(done, null, value);
  } catch (error) {
    done(error as Error);
  }
}

const CHARSET = /;\s*charset\s*=\s*"?([^\s";]*)/gi;
/** UTF-8 and its subset. */
const CHARSETS: ReadonlySet<string> = new Set(['utf-8', 'utf8', 'us-ascii']);

function refuseOtherCharsets(contentType: string): void {
  if (!contentType.includes(';')) return;
  for (const [, charset = ''] of contentType.matchAll(CHARSET)) {
    if (!CHARSETS.has(charset.toLowerCase())) {
      throw new AppError(
        'unsupported_media_type',
        'Send the body as UTF-8: Content-Type: application/json; charset=utf-8',
      );
    }
  }
}

function parseJson(request: FastifyRequest, body: Buffer, done: Done): void {
  const encoding = request.headers['content-encoding'];
  if (encoding === undefined || encoding.trim().toLowerCase() === 'identity') return parsePlain(request, body, done);
  done(new AppError('unsupported_encoding', 'Send the body uncompressed, without Content-Encoding'));
}
