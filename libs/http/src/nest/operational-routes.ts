import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import type { Health } from '../health.js';

const open = { config: { access: { kind: 'public' }, uncounted: true } } as const;

/**
 * Adds the routes of every process that an orchestrator asks: `/livez` and `/readyz`. `/livez` repeats `startId`, so that the program
 * that started this process recognizes it.
 */
export function probeRoutes(http: FastifyInstance, health: Health, startId?: string): void {
  // Checks no dependency: an orchestrator must not kill the process because one is down.
  http.get('/livez', open, () => ({ status: 'alive', start_id: startId }));
  http.get('/readyz', open, async (_request, reply) => {
    const report = await health.report();
    return reply
      .code(report.status === 'unhealthy' ? 503 : 200)
      .header('cache-control', 'no-store')
      .send(report);
  });
}

export interface Internals {
  readonly service: string;
  /** Default: `dev`. */
  readonly version?: string;
  readonly registry: Registry;
}

/** Adds `/metrics` and `/version`, which are for the operator: they describe the inside of the process. */
export function internalRoutes(http: FastifyInstance, { service, version = 'dev', registry }: Internals): void {
  http.get('/metrics', open, async (_request, reply) =>
    reply.header('content-type', registry.contentType).send(await registry.metrics()),
  );
  http.get('/version', open, () => ({ service, version, node: process.version }));
}
