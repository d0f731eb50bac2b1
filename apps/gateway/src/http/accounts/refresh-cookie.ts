import type { FastifyReply, FastifyRequest } from 'fastify';

export interface RefreshCookieOptions {
  /** Leaves out `Secure`, and the prefix `__Host-`, which browsers accept with `Secure` only. */
  readonly plainHttp: boolean;
  readonly maxAgeS: number;
}

const TOKEN = /^[A-Za-z0-9._~-]{1,500}$/;

/** The refresh token of browsers, in a cookie that neither scripts nor other sites can read. */
export class RefreshCookie {
  readonly #name: string;
  readonly #attributes: string;

  constructor(private readonly options: RefreshCookieOptions) {
    this.#name = options.plainHttp ? 'loom_refresh' : '__Host-loom_refresh';
    this.#attributes = `Path=/; HttpOnly; SameSite=Strict${options.plainHttp ? '' : '; Secure'}`;
  }

  /** Returns `undefined` for a malformed token too. */
  read(request: FastifyRequest): string | undefined {
    const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
    const value = pairs.find((pair) => pair.startsWith(`${this.#name}=`))?.slice(this.#name.length + 1);
    return value !== undefined && TOKEN.test(value) ? value : undefined;
  }

  write(reply: FastifyReply, token: string): void {
    if (!TOKEN.test(token)) throw new TypeError('A refresh token does not fit into a cookie');
    this.#set(reply, token, this.options.maxAgeS);
  }

  clear(reply: FastifyReply): void {
    this.#set(reply, '', 0);
  }

  #set(reply: FastifyReply, value: string, maxAgeS: number): void {
    reply.header('set-cookie', `${this.#name}=${value}; Max-Age=${maxAgeS}; ${this.#attributes}`);
  }
}
