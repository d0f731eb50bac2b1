import type { FastifyInstance } from 'fastify';
import type { FactHandler } from '#libs/bus';
import type { DurableDefinition } from '#libs/contracts';
import type { Database, OutboxRelay } from '#libs/postgres';
import type { Job } from '../jobs/job-runner.js';
import type { RpcHandler } from '../rpc-handler.js';

/** Routes with high traffic: registered on Fastify directly, without the cost of Nest's pipes, guards and interceptors. */
export interface HttpRoutes {
  register(http: FastifyInstance): void;
}

/** A part of a service that must be started and stopped. */
export interface Lifecycle {
  /** Runs before the process listens. */
  start?(): void | Promise<void>;
  /** Runs when the process begins to stop, while requests are still served: ends streams, which would otherwise stay open. */
  beforeStop?(): void | Promise<void>;
  /** Runs after the last request was answered, while bus and database are still open. */
  stop?(): void | Promise<void>;
}

/** The parts of a composed service that the process starts, serves and stops. */
export interface ServiceParts {
  readonly database?: Database;
  readonly relay?: OutboxRelay;
  readonly handlers?: readonly RpcHandler[];
  readonly routes?: readonly HttpRoutes[];
  readonly consumers?: readonly { readonly durable: DurableDefinition; readonly handler: FactHandler }[];
  readonly jobs?: readonly Job[];
  /** Started in this order, stopped in reverse order. */
  readonly lifecycles?: readonly Lifecycle[];
}
