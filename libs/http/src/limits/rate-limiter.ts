import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError, networkOf, siteOf } from '#libs/kernel';
import type { Access, RouteConfig } from '../access/access.js';
import type { RateLimit, Taken } from './rate-limit.js';

export interface RateLimits {
  /** Requests of each signed-in person. */
  readonly person?: RateLimit;
  /** Resources that each person creates. */
  readonly creates?: RateLimit;
  /** Requests of each network without a signed-in person. */
  readonly anonymous?: RateLimit;
  /** The same for the /48 of an IPv6 network, which may contain many networks of one subscriber. */
  readonly anonymousSite?: RateLimit;
  /** All requests together: those of signed-in people, and apart from them those of all others. */
  readonly allRequests?: RateLimit;
}
/** A limit, and what to take from it. */
interface Claim {
  readonly from: RateLimit | undefined;
  readonly key: string;
  readonly cost?: number;
}

/** Limits requests of people and anonymous callers. Requests with API keys are limited by `keyLimitHook`. */
export class RateLimiter {
  constructor(private readonly limits: RateLimits) {}

  /** Counts an accepted request, and sets headers with the remaining tokens. @throws AppError 429 `rate_limited` */
  async admit(request: FastifyRequest, reply: FastifyReply, access: Access, config: RouteConfig): Promise<void> {
    const { caller } = request;
    const isPerson = caller?.kind === 'person';
    const own = isPerson ? this.#ofPerson(caller.user.id, access, config) : this.#ofAddress(request);
    // Separate, so that strangers never spend what signed-in people may use together.
    await take(reply, [...own, { from: this.limits.allRequests, key: isPerson ? 'people' : 'strangers' }]);
  }

  /** Counts the resources that the body of an accepted request creates. @throws AppError 429 `rate_limited` */
  async admitCreated(request: FastifyRequest, reply: FastifyReply, cost: number): Promise<void> {
    if (request.caller?.kind !== 'person') return;
    await take(reply, [{ from: this.limits.creates, key: request.caller.user.id, cost }]);
  }

  /** Counts a request with an invalid credential as an anonymous one. @throws AppError 429 `rate_limited` */
  refuse(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    return take(reply, this.#ofAddress(request));
  }

  #ofPerson(key: string, access: Access, { creates, countCreated }: RouteConfig): readonly Claim[] {
    const cost = access.kind === 'person' ? access.cost : undefined;
    const person = { from: this.limits.person, key, cost };
    return creates === true && countCreated === undefined ? [person, { from: this.limits.creates, key }] : [person];
  }

  #ofAddress({ ip }: FastifyRequest): readonly Claim[] {
    const network = { from: this.limits.anonymous, key: networkOf(ip) };
    const site = siteOf(ip);
    return site === undefined ? [network] : [network, { from: this.limits.anonymousSite, key: site }];
  }
}

/**
 * Takes the claims in order and stops at a refusal. The shared limit comes last, so that refused callers take nothing from it.
 */
async function take(reply: FastifyReply, claims: readonly Claim[]): Promise<void> {
  let tightest: Taken | undefined;
  for (const { from, key, cost } of claims) {
    const taken = await from?.take(key, cost);
    if (taken === undefined) continue;
    if (tightest === undefined || !taken.isAllowed || taken.remaining < tightest.remaining) tightest = taken;
    if (!taken.isAllowed) break;
  }
  if (tightest !== undefined && isTighter(reply, tightest)) announce(reply, tightest);
}

/** Compares with the headers of an earlier limit of the same request, which stay when they have fewer remaining tokens. */
function isTighter(reply: FastifyReply, { isAllowed, remaining }: Taken): boolean {
  const announced = reply.getHeader('x-ratelimit-remaining');
  return !isAllowed || announced === undefined || remaining < Number(announced);
}

/** Sets the `X-RateLimit-*` headers. @throws AppError 429 `rate_limited` when the request is not allowed */
export function announce(reply: FastifyReply, { isAllowed, limit, remaining, waitMs }: Taken): void {
  reply.header('x-ratelimit-limit', limit);
  reply.header('x-ratelimit-remaining', remaining);
  reply.header('x-ratelimit-reset', Math.ceil((Date.now() + waitMs) / 1_000));
  if (isAllowed) return;
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
  throw new AppError('rate_limited', `Too many requests: try again in ${seconds} s`, [
    { message: `The limit is ${limit}`, retry_after: seconds },
  ]);
}
