import type { FastifyRequest } from 'fastify';

/** Where people find this platform: links that they pass on. */
export class Links {
  /** @param publicUrl without a slash at its end; what the request went to when it is absent */
  constructor(private readonly publicUrl: string | undefined) {}

  /** Where somebody who is invited sets a password. */
  invitation(request: FastifyRequest, token: string): string {
    return `${this.publicUrl ?? `${request.protocol}://${request.host}`}/invite?token=${encodeURIComponent(token)}`;
  }
}
