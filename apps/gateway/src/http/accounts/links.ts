import type { FastifyRequest } from 'fastify';

/** Links to this platform that people pass on. */
export class Links {
  /** @param publicUrl without a trailing slash. Default: the scheme and host of the request */
  constructor(private readonly publicUrl: string | undefined) {}

  /** The page on which an invited person signs in or sets a password. */
  invitation(request: FastifyRequest, token: string): string {
    return this.#page(request, 'invite', token);
  }

  /** The page on which a person chooses another password. */
  reset(request: FastifyRequest, token: string): string {
    return this.#page(request, 'reset', token);
  }

  /** In the fragment the token reaches no server: neither their logs nor the `Referer` of other pages hold it. */
  #page({ protocol, host }: FastifyRequest, page: string, token: string): string {
    return `${this.publicUrl ?? `${protocol}://${host}`}/${page}#token=${encodeURIComponent(token)}`;
  }
}
