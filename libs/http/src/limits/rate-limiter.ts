import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '#libs/kernel';
import type { Access, RouteConfig } from '../access/access.js';
import type { RateLimit, Taken } from './rate-limit.js';

export interface RateLimits {
  /** Per person. */
  readonly person?: RateLimit;
  /** Per person, what is created. */
  readonly creates?: RateLimit;
  /** Per address: whoever is not signed in. */
  readonly anonymous?: RateLimit;
  /** Everybody together. */
  readonly everybody?: RateLimit;
}
interface Taking {
  readonly from: RateLimit | undefined;
  readonly key: string;
  readonly cost?: number;
}

/** What people and strangers may do in which time. Keys of applications are not counted here. */
export class RateLimiter {
  constructor(private readonly limits: RateLimits) {}

  /** Counts a request that was let in, and says in headers what is left. @throws AppError 429 `rate_limited` */
  async admit(request: FastifyRequest, reply: FastifyReply, access: Access, config: RouteConfig): Promise<void> {
    const { caller } = request;
    const own = caller?.kind === 'person' ? this.#ofPerson(caller.user.id, access, config) : [this.#ofAddress(request)];
    await take(reply, [...own, { from: this.limits.everybody, key: 'all' }]);
  }

  /** Counts what the body of an admitted request makes. @throws AppError 429 `rate_limited` */
  async admitCreated(request: FastifyRequest, reply: FastifyReply, cost: number): Promise<void> {
    if (request.caller?.kind !== 'person') return;
    await take(reply, [{ from: this.limits.creates, key: request.caller.user.id, cost }]);
  }

  /** Counts one whose credential was wrong: a stranger's. @throws AppError 429 `rate_limited` */
  refuse(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    return take(reply, [this.#ofAddress(request)]);
  }

  #ofPerson(key: string, access: Access, { creates, countCreated }: RouteConfig): readonly Taking[] {
    const cost = access.kind === 'person' ? access.cost : undefined;
    const person = { from: this.limits.person, key, cost };
    return creates === true && countCreated === undefined ? [person, { from: this.limits.creates, key }] : [person];
  }

  #ofAddress({ ip }: FastifyRequest): Taking {
    return { from: this.limits.anonymous, key: ip };
  }
}

/** One after the other, what is everybody's last: who is refused takes nothing from the others. */
async function take(reply: FastifyReply, takings: readonly Taking[]): Promise<void> {
  let tightest: Taken | undefined;
  for (const { from, key, cost } of takings) {
    const taken = await from?.take(key, cost);
    if (taken === undefined) continue;
    if (tightest === undefined || taken.remaining < tightest.remaining) tightest = taken;
    if (!taken.isAllowed) break;
  }
  if (tightest !== undefined && isNews(reply, tightest)) announce(reply, tightest);
}

/** What is said already may be tighter. */
function isNews(reply: FastifyReply, { isAllowed, remaining }: Taken): boolean {
  const said = reply.getHeader('x-ratelimit-remaining');
  return !isAllowed || said === undefined || remaining < Number(said);
}

/** Says in headers what is left. @throws AppError 429 `rate_limited`, unless it was allowed */
export function announce(reply: FastifyReply, { isAllowed, limit, remaining, waitMs }: Taken): void {
  reply.header('x-ratelimit-limit', limit);
  reply.header('x-ratelimit-remaining', remaining);
  reply.header('x-ratelimit-reset', Math.ceil((Date.now() + waitMs) / 1_000));
  if (isAllowed) return;
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
  throw new AppError('rate_limited', `Too many requests: try again in ${seconds} s`, [
    { message: `At most ${limit}`, retry_after: seconds },
  ]);
}
