import type { FastifyRequest } from 'fastify';
import type { Origin } from '#libs/contracts';
import type { Guard, PersonAccess } from '#libs/http';
import { anonymousOrigin, originOf } from './origin.js';

/** The caller of a public route that accepts signed-in people as well. */
export class InvitedCaller {
  constructor(private readonly person: Guard<PersonAccess>) {}

  /** The signed-in person, else an anonymous caller. @throws AppError 401 for a header with a token that is not valid */
  async originOf(request: FastifyRequest): Promise<Origin> {
    if (request.headers.authorization === undefined) return anonymousOrigin(request);
    await this.person(request, { kind: 'person' });
    return originOf(request);
  }
}
