import type { FastifyRequest } from 'fastify';
import { AppError } from '#libs/kernel';

/**
 * Refuses requests of other sites, for routes that accept a cookie: the request must have a header that other sites can only send
 * after a CORS preflight, and its `Origin`, which browsers send with every POST, must be the host of the request.
 */
export function refuseOtherSites(request: FastifyRequest): void {
  const { origin, 'x-loom-csrf': csrf } = request.headers;
  if (csrf === undefined || csrf === '') throw new AppError('csrf', 'Send the header X-Loom-CSRF with any value');
  if (origin !== undefined && hostOf(origin) !== request.host.toLowerCase()) {
    throw new AppError('csrf', 'Only pages of the same origin may call this');
  }
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
