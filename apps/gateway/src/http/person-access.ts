import type { FastifyInstance } from 'fastify';
import { HttpRoutes } from '#libs/service';
import { registerGuard } from '#libs/http';
import { personGuard, type PersonGuardParts } from './person-guard.js';

/** Who may call the routes of people. */
export class PersonAccessGuard extends HttpRoutes {
  constructor(private readonly parts: PersonGuardParts) {
    super();
  }

  override register(http: FastifyInstance): void {
    registerGuard(http, 'person', personGuard(this.parts));
  }
}
