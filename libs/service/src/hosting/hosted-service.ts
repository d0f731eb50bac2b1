import type { BeforeApplicationShutdown, OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { inboxPurge } from '../jobs/inbox-purge.js';
import { JobRunner } from '../jobs/job-runner.js';
import type { Runtime } from '../runtime.js';
import type { Lifecycle, ServiceParts } from './service-parts.js';

/**
 * Base class of the Nest module of each service. Registers the parts that `composition.ts` built with the process, and starts and
 * stops them with it. Start: lifecycles, relay, consumers, jobs. Stop: `beforeStop` of the lifecycles, jobs and relay, then `stop` of
 * the lifecycles. The process closes the databases last, after the bus was drained.
 * Purges the inbox of the database every hour.
 *
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
    const { database, relay, lifecycles = [], consumers = [], jobs = [] } = this.parts;
    for (const lifecycle of lifecycles) await lifecycle.start?.();
    relay?.start();
    for (const { durable, handler } of consumers) this.runtime.consumers.run(durable, handler);
    for (const job of jobs) this.#jobs.start(job);
    // For every service, so that none can be forgotten.
    if (database !== undefined) this.#jobs.start(inboxPurge(database, this.runtime.logger));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#eachInReverse((lifecycle) => lifecycle.beforeStop?.());
    await Promise.all([this.#jobs.stop(), this.parts.relay?.stop()]);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#eachInReverse((lifecycle) => lifecycle.stop?.());
  }

  /** A part that fails to stop is logged, so that the others are stopped all the same. */
  async #eachInReverse(stop: (lifecycle: Lifecycle) => void | Promise<void>): Promise<void> {
    for (const lifecycle of (this.parts.lifecycles ?? []).toReversed()) {
      try {
        await stop(lifecycle);
      } catch (error) {
        this.runtime.logger.error({ err: error }, 'a part of a service could not be stopped');
      }
    }
  }
}
