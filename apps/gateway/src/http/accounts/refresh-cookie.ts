import type { FastifyReply, FastifyRequest } from 'fastify';

export interface RefreshCookieOptions {
  /** Drops Secure and, since browsers insist on it for the prefix, `__Host-`. */
  readonly plainHttp: boolean;
  readonly maxAgeS: number;
}

const TOKEN = /^[A-Za-z0-9._~-]{1,500}$/;

/** Where browsers hold the refresh token: out of reach of scripts and of other sites. */
export class RefreshCookie {
  readonly #name: string;
  readonly #attributes: string;

  constructor(private readonly options: RefreshCookieOptions) {
    this.#name = options.plainHttp ? 'loom_refresh' : '__Host-loom_refresh';
    this.#attributes = `Path=/; HttpOnly; SameSite=Strict${options.plainHttp ? '' : '; Secure'}`;
  }

  /** What is no token of ours is as good as none. */
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
