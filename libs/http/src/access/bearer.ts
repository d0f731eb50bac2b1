import type { FastifyRequest } from 'fastify';
import { AppError } from '#libs/kernel';

const BEARER = /^bearer +([A-Za-z0-9._~+/=-]+) *$/i;

/**
 * Returns the token of `Authorization: Bearer <token>`.
 * @throws AppError `unauthenticated` without the header or with another scheme
 */
export function bearer(request: FastifyRequest): string {
  const header = request.headers.authorization;
  // The common form first: the regular expression costs time on hot routes.
  if (header !== undefined && header.startsWith('Bearer loom_') && !header.includes(' ', 7)) return header.slice(7);
  const token = header === undefined ? undefined : BEARER.exec(header)?.[1];
  if (token === undefined)
    throw new AppError('unauthenticated', 'Send the header Authorization: Bearer <token or key>');
  return token;
}
