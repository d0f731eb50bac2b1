import type { FastifyRequest } from 'fastify';
import { AppError } from '#libs/kernel';

/**
 * A request that is let in by a cookie must come from a page of ours: it carries a header that other sites cannot send without
 * asking, and its `Origin`, which browsers send with every POST, is where it goes to.
 */
export function refuseForeignPages(request: FastifyRequest): void {
  const { origin, 'x-loom-csrf': csrf } = request.headers;
  if (csrf === undefined || csrf === '') throw new AppError('csrf', 'Send the header X-Loom-CSRF with any value');
  if (origin !== undefined && hostOf(origin) !== request.host.toLowerCase()) {
    throw new AppError('csrf', 'This may only be called from a page of the same origin');
  }
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
