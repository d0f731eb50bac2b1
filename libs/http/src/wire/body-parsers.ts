import { gunzip } from 'node:zlib';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '#libs/kernel';
import { parseStrictJson } from './strict-json.js';

type Done = (error: Error | null, body?: unknown) => void;

/**
 * The only bodies there are: strict JSON. A route that takes something else registers its parser in an encapsulated context;
 * `useEventBodies` does so for gzip.
 */
export function useStrictJson(http: FastifyInstance): void {
  http.removeAllContentTypeParsers();
  http.addContentTypeParser('application/json', { parseAs: 'buffer' }, parseJson);
  http.addContentTypeParser(/^application\/[a-z0-9!#$&^_.+-]+\+json(?:;|$)/, { parseAs: 'buffer' }, parseJson);
}

export interface EventBodyLimits {
  /** As sent, and again after gunzip. */
  readonly bodyBytes: number;
  /** Of what `navigator.sendBeacon` sends. */
  readonly beaconBytes: number;
}
/** What gzip may make of a byte. Small bodies of many equal events go beyond it, and harm nobody. */
const MAX_GZIP_RATIO = 100;
const HARMLESS_BYTES = 64 * 1024;

/**
 * For an encapsulated context whose routes take events: JSON, also gzipped, and JSON as text/plain without Authorization, which is
 * all that `navigator.sendBeacon` can send. Its routes set no `bodyLimit` of their own: it would hold for both.
 */
export function useEventBodies(http: FastifyInstance, { bodyBytes, beaconBytes }: EventBodyLimits): void {
  http.removeAllContentTypeParsers();
  const json = { parseAs: 'buffer', bodyLimit: bodyBytes } as const;
  http.addContentTypeParser('application/json', json, (request, body: Buffer, done) => {
    if (!isGzipped(request)) return parseJson(request, body, done);
    unzip(body, bodyBytes, (error, plain) => (plain === undefined ? done(error) : parsePlain(plain, done)));
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

function isGzipped({ headers }: FastifyRequest): boolean {
  return headers['content-encoding']?.trim().toLowerCase() === 'gzip';
}

/** A bomb that says how large it is stays shut; one that lies is opened in pieces up to the limit, and costs what a large body does. */
function unzip(body: Buffer, bodyBytes: number, done: (error: Error | null, plain?: Buffer) => void): void {
  const maxOutputLength = Math.min(bodyBytes, Math.max(HARMLESS_BYTES, body.length * MAX_GZIP_RATIO));
  if (isGzip(body) && body.readUInt32LE(body.length - 4) > maxOutputLength) return done(tooLarge());
  gunzip(body, { maxOutputLength }, (error, plain) => {
    if (error === null) return done(null, plain);
    const isTooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    done(isTooLarge ? tooLarge() : new AppError('bad_gzip', 'The body is not what Content-Encoding: gzip says'));
  });
}

/** Head and trailer of RFC 1952; the last four bytes are the size of what is inside. */
function isGzip(body: Buffer): boolean {
  return body.length >= 18 && body.readUInt16BE(0) === 0x1f8b;
}

function tooLarge(): AppError {
  return new AppError('body_too_large', 'The body is larger than this route takes');
}

function parsePlain(body: Buffer, done: Done): void {
  try {
    // An empty body is judged by the route (`emptyBody`), before its handler.
    done(null, body.length === 0 ? undefined : parseStrictJson(body));
  } catch (error) {
    done(error as Error);
  }
}

function parseJson(request: FastifyRequest, body: Buffer, done: Done): void {
  const encoding = request.headers['content-encoding'];
  if (encoding === undefined || encoding.trim().toLowerCase() === 'identity') return parsePlain(body, done);
  done(new AppError('unsupported_encoding', 'Send the body as it is, without Content-Encoding'));
}
