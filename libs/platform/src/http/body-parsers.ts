import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '#libs/kernel';
import { parseStrictJson } from './strict-json.js';

type Done = (error: Error | null, body?: unknown) => void;

/**
 * The only bodies there are: strict JSON. A route that takes something else registers its parser in an encapsulated context;
 * one that takes gzip decodes in `preParsing` and removes `content-encoding`.
 */
export function useStrictJson(http: FastifyInstance): void {
  http.removeAllContentTypeParsers();
  http.addContentTypeParser('application/json', { parseAs: 'buffer' }, parseJson);
  http.addContentTypeParser(/^application\/[a-z0-9!#$&^_.+-]+\+json(?:;|$)/, { parseAs: 'buffer' }, parseJson);
}

function parseJson(request: FastifyRequest, body: Buffer, done: Done): void {
  try {
    // An empty body is judged by the route (`emptyBody`), before its handler.
    if (body.length === 0) return done(null, undefined);
    if (request.headers['content-encoding'] !== undefined) refuseEncoding(request.headers['content-encoding']);
    done(null, parseStrictJson(body));
  } catch (error) {
    done(error as Error);
  }
}

function refuseEncoding(encoding: string): void {
  if (encoding.trim().toLowerCase() === 'identity') return;
  throw new AppError('unsupported_encoding', 'Send the body as it is, without Content-Encoding');
}
