import type { Redis } from 'ioredis';
import { RateLimit, type RateLimits } from '#libs/http';
import type { LimitSettings } from '../../config.js';

const MINUTE_S = 60;

/** The rate limits that the settings ask for. A limit of 0 is off. */
export function rateLimits(redis: Redis, settings: LimitSettings): RateLimits {
  const { person, creates, anonymous, allRequests, instances } = settings;
  const limit = (name: string, kind: 'bucket' | 'window', capacity: number, seconds = MINUTE_S) =>
    capacity === 0 ? undefined : new RateLimit(redis, { name, kind, capacity, seconds, instances });
  return {
    person: limit('person', 'bucket', person.burst, Math.max(1, person.burst / person.perSecond)),
    creates: limit('creates', 'window', creates),
    anonymous: limit('anonymous', 'window', anonymous),
    allRequests: limit('gateway', 'window', allRequests),
  };
}
