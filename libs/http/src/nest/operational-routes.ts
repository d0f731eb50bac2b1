import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import type { Health } from '../health.js';

export interface Operational {
  readonly service: string;
  readonly version: string;
  /** Repeated by `/version`, so that the program that started this process recognizes it. */
  readonly startId?: string;
  readonly health: Health;
  readonly registry: Registry;
}

const open = { config: { access: { kind: 'public' }, uncounted: true } } as const;

/** Adds the routes of every process: `/livez`, `/readyz`, `/metrics` and `/version`. */
export function operationalRoutes(http: FastifyInstance, { service, version, startId, health, registry }: Operational): void {
  // Checks no dependency: an orchestrator must not kill the process because one is down.
  http.get('/livez', open, () => ({ status: 'alive' }));
  http.get('/readyz', open, async (_request, reply) => {
    const report = await health.report();
    return reply
      .code(report.status === 'unhealthy' ? 503 : 200)
      .header('cache-control', 'no-store')
      .send(report);
  });
  http.get('/metrics', open, async (_request, reply) =>
    reply.header('content-type', registry.contentType).send(await registry.metrics()),
  );
  http.get('/version', open, () => ({ service, version, node: process.version, start_id: startId }));
}
