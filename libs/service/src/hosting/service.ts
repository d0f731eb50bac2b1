import type { DynamicModule, Type } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import type { SettingsDefinition } from '../settings/settings.js';

/** Hot routes: registered on Fastify itself, past Nest's pipes, guards and interceptors. A provider of the service's module. */
export abstract class HttpRoutes {
  abstract register(http: FastifyInstance): void;
}

/** Everything a process must know to run a service; `standalone` runs all of them. */
export interface Service {
  readonly name: string;
  readonly module: Type | DynamicModule;
  readonly settings?: readonly SettingsDefinition<unknown>[];
  readonly routes?: readonly Type<HttpRoutes>[];
  /**
   * What the service cannot be ready without. A process is unhealthy without a dependency only when each of its services
   * needs it: evaluation goes on when everything behind it is down, and so must the process it shares.
   */
  readonly needs?: readonly ('nats' | 'redis')[];
}
