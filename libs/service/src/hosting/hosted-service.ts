import type { BeforeApplicationShutdown, OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { JobRunner } from '../jobs/job-runner.js';
import type { Runtime } from '../runtime.js';
import type { Lifecycle, ServiceParts } from './service-parts.js';

/**
 * Base class of the Nest module of each service. Registers the parts that `composition.ts` built with the process, and starts and
 * stops them with it: lifecycles, relay, consumers, then jobs; on stop jobs and relay end before lifecycles and database.
 * One implementation: each service extends it in its module.
 */
export abstract class HostedService
  implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown
{
  readonly #jobs: JobRunner;

  protected constructor(
    private readonly runtime: Runtime,
    private readonly parts: ServiceParts,
  ) {
    this.#jobs = new JobRunner(runtime.logger);
    runtime.hosted.push(parts);
    if (parts.database !== undefined) runtime.databases.all.push(parts.database);
    if (parts.relay !== undefined) runtime.databases.relays.push(parts.relay);
  }

  async onApplicationBootstrap(): Promise<void> {
    const { relay, lifecycles = [], consumers = [], jobs = [] } = this.parts;
    for (const lifecycle of lifecycles) await lifecycle.start?.();
    relay?.start();
    for (const { durable, handler } of consumers) this.runtime.consumers.run(durable, handler);
    for (const job of jobs) this.#jobs.start(job);
  }

  async beforeApplicationShutdown(): Promise<void> {
    for (const lifecycle of this.#lifecyclesInReverse()) await lifecycle.beforeStop?.();
    await Promise.all([this.#jobs.stop(), this.parts.relay?.stop()]);
  }

  async onApplicationShutdown(): Promise<void> {
    for (const lifecycle of this.#lifecyclesInReverse()) await lifecycle.stop?.();
    await this.parts.database?.close();
  }

  #lifecyclesInReverse(): readonly Lifecycle[] {
    return (this.parts.lifecycles ?? []).toReversed();
  }
}
