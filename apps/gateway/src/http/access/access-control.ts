import type { FastifyInstance } from 'fastify';
import {
  registerGuard,
  registerRateLimiter,
  type Guard,
  type KeysAccess,
  type PersonAccess,
  type RateLimiter,
} from '#libs/http';
import type { HttpRoutes } from '#libs/service';

export interface AccessControlParts {
  /** Checks routes of signed-in people. */
  readonly person: Guard<PersonAccess>;
  /** Checks routes of API keys that the gateway answers itself. */
  readonly keys: Guard<KeysAccess>;
  readonly limiter: RateLimiter;
}

/** Sets the guards and the rate limits of the process. */
export class AccessControl implements HttpRoutes {
  constructor(private readonly parts: AccessControlParts) {}

  register(http: FastifyInstance): void {
    registerGuard(http, 'person', this.parts.person);
    registerGuard(http, 'keys', this.parts.keys);
    registerRateLimiter(http, this.parts.limiter);
  }
}
