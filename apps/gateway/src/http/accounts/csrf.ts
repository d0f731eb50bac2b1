import type { FastifyRequest } from 'fastify';
import { AppError } from '#libs/kernel';

/**
 * Refuses requests of other sites, for routes that accept a cookie: the request must have a header that other sites can only send
 * after a CORS preflight, and its `Origin`, which browsers send with every POST, must be the origin of the public URL or the host of
 * the request, which a proxy may have replaced by its own.
 */
export class CsrfCheck {
  readonly #publicOrigin: string | undefined;

  /** @param publicUrl the URL of this platform for people */
  constructor(publicUrl: string | undefined) {
    this.#publicOrigin = publicUrl === undefined ? undefined : new URL(publicUrl).origin;
  }

  /** @throws AppError `csrf` */
  check(request: FastifyRequest): void {
    const { origin, 'x-loom-csrf': csrf } = request.headers;
    if (csrf === undefined || csrf === '') throw new AppError('csrf', 'Send the header X-Loom-CSRF with any value');
    if (origin === undefined || this.#isOwn(origin, request.host)) return;
    throw new AppError('csrf', 'Only pages of the same origin may call this; behind a proxy set LOOM_PUBLIC_URL');
  }

  #isOwn(origin: string, host: string): boolean {
    if (!URL.canParse(origin)) return false;
    const page = new URL(origin);
    return page.origin === this.#publicOrigin || page.host === host.toLowerCase();
  }
}
