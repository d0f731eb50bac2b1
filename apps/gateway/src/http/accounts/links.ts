import type { FastifyRequest } from 'fastify';

/** Links to this platform that people pass on. */
export class Links {
  /** @param publicUrl without a trailing slash. Default: the scheme and host of the request */
  constructor(private readonly publicUrl: string | undefined) {}

  /** The page on which an invited person sets a password. */
  invitation(request: FastifyRequest, token: string): string {
    return `${this.publicUrl ?? `${request.protocol}://${request.host}`}/invite?token=${encodeURIComponent(token)}`;
  }
}
