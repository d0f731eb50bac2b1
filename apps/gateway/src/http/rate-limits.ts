import type { FastifyInstance } from 'fastify';
import type { Redis } from 'ioredis';
import { HttpRoutes } from '#libs/service';
import { RateLimit, RateLimiter, registerRateLimiter, type RateLimits as Limits } from '#libs/http';
import type { LimitSettings } from '../config.js';

const MINUTE_S = 60;

/** How much people and strangers may ask for. */
export class RateLimits extends HttpRoutes {
  constructor(
    private readonly redis: Redis,
    private readonly settings: LimitSettings,
  ) {
    super();
  }

  override register(http: FastifyInstance): void {
    registerRateLimiter(http, new RateLimiter(this.#limits()));
  }

  #limits(): Limits {
    const { person, creates, anonymous, everybody } = this.settings;
    return {
      person: this.#limit('person', 'bucket', person.burst, Math.max(1, person.burst / person.perSecond)),
      creates: this.#limit('creates', 'window', creates),
      anonymous: this.#limit('anonymous', 'window', anonymous),
      everybody: this.#limit('gateway', 'window', everybody),
    };
  }

  /** 0 turns a limit off. */
  #limit(name: string, kind: 'bucket' | 'window', capacity: number, seconds = MINUTE_S): RateLimit | undefined {
    const { instances } = this.settings;
    return capacity === 0 ? undefined : new RateLimit(this.redis, { name, kind, capacity, seconds, instances });
  }
}
