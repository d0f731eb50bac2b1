import type { FastifyInstance } from 'fastify';
import type { FactHandler } from '#libs/bus';
import type { DurableDefinition } from '#libs/contracts';
import type { Database, OutboxRelay } from '#libs/postgres';
import type { Job } from '../jobs/job-runner.js';
import type { RpcHandler } from '../rpc-handler.js';

/** Hot routes: registered on Fastify itself, without Nest's pipes, guards and interceptors. */
export interface HttpRoutes {
  register(http: FastifyInstance): void;
}

/** A part of a service that must be started and stopped. */
export interface Lifecycle {
  /** Runs before the process listens. */
  start?(): void | Promise<void>;
  /** Runs when the process is about to stop: ends what would hold requests open. */
  beforeStop?(): void | Promise<void>;
  /** Runs after the last request was answered, while bus and database still work. */
  stop?(): void | Promise<void>;
}

/** What a composed service gives to the process that runs it. */
export interface ServiceParts {
  readonly database?: Database;
  readonly relay?: OutboxRelay;
  readonly handlers?: readonly RpcHandler[];
  readonly routes?: readonly HttpRoutes[];
  readonly consumers?: readonly { readonly durable: DurableDefinition; readonly handler: FactHandler }[];
  readonly jobs?: readonly Job[];
  /** Started in this order, stopped in the reverse one. */
  readonly lifecycles?: readonly Lifecycle[];
}
