import type { Redis } from 'ioredis';
import { RateLimit, type RateLimits } from '#libs/http';
import type { LimitSettings } from '../../config.js';

const MINUTE_S = 60;
/** So many networks of a /48 of IPv6 may use up their limits at the same time: it may be one subscriber, or a building of them. */
const NETWORKS_OF_SITE = 10;

/** The rate limits that the settings ask for. A limit of 0 is off. */
export function rateLimits(redis: Redis, settings: LimitSettings): RateLimits {
  const { person, creates, anonymous, allRequests, instances } = settings;
  const limit = (name: string, kind: 'bucket' | 'window', capacity: number, seconds = MINUTE_S) =>
    capacity === 0 ? undefined : new RateLimit(redis, { name, kind, capacity, seconds, instances });
  return {
    person: limit('person', 'bucket', person.burst, Math.max(1, person.burst / person.perSecond)),
    creates: limit('creates', 'window', creates),
    anonymous: limit('anonymous', 'window', anonymous),
    anonymousSite: limit('anonymous-site', 'window', anonymous * NETWORKS_OF_SITE),
    allRequests: limit('gateway', 'window', allRequests),
  };
}
