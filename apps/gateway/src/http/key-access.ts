import type { FastifyInstance } from 'fastify';
import { HttpRoutes } from '#libs/service';
import { keysGuard } from '#libs/edge';
import type { KeyCheck } from '#libs/api-keys';
import { registerGuard } from '#libs/http';

/** Who may call the routes of API keys that the gateway answers itself. In a process with edge services they guard the same way. */
export class KeyAccess extends HttpRoutes {
  constructor(private readonly keys: KeyCheck) {
    super();
  }

  override register(http: FastifyInstance): void {
    registerGuard(http, 'keys', keysGuard(this.keys));
  }
}
