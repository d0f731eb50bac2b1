import { durables } from '#libs/contracts';
import { createLogger } from '#libs/observability';
import { Databases, type Database, type OutboxRelay } from '#libs/postgres';
import type { Runtime } from '../runtime.js';
import { HostedService } from './hosted-service.js';
import type { Lifecycle, ServiceParts } from './service-parts.js';

class TestService extends HostedService {
  constructor(runtime: Runtime, parts: ServiceParts) {
    super(runtime, parts);
  }
}

/** A runtime and parts that record what is called, in order. */
function recorded() {
  const calls: string[] = [];
  const record = (call: string) => (): void => void calls.push(call);
  const lifecycle = (name: string): Lifecycle => ({
    start: record(`start ${name}`),
    beforeStop: record(`beforeStop ${name}`),
    stop: record(`stop ${name}`),
  });
  const runtime = {
    logger: createLogger({ service: 'test', level: 'silent' }),
    databases: new Databases(),
    hosted: [],
    consumers: { run: ({ name }: { name: string }) => void calls.push(`consume ${name}`) },
  } as unknown as Runtime;
  const parts: ServiceParts = {
    database: { close: async () => void calls.push('close database') } as unknown as Database,
    relay: { start: record('start relay'), stop: async () => void calls.push('stop relay') } as unknown as OutboxRelay,
    consumers: [{ durable: durables.auditEntries, handler: () => Promise.resolve() }],
    jobs: [{ name: 'purge', everyMs: 3_600_000, run: async () => void calls.push('run purge') }],
    lifecycles: [lifecycle('cache'), lifecycle('streams')],
  };
  return { calls, runtime, parts };
}

describe('HostedService', () => {
  it('registers its parts with the process when it is constructed', () => {
    const { runtime, parts, calls } = recorded();

    new TestService(runtime, parts);

    expect(runtime.hosted).toEqual([parts]);
    expect([runtime.databases.all, runtime.databases.relays]).toEqual([[parts.database], [parts.relay]]);
    expect(calls).toEqual([]);
  });

  it('starts lifecycles in their order, then relay, consumers and jobs', async () => {
    const { runtime, parts, calls } = recorded();
    const service = new TestService(runtime, parts);

    await service.onApplicationBootstrap();

    expect(calls).toEqual(['start cache', 'start streams', 'start relay', 'consume audit-entries', 'run purge']);
    await service.beforeApplicationShutdown();
  });

  it('stops lifecycles in reverse order, the relay between their two steps, and leaves the database open', async () => {
    const { runtime, parts, calls } = recorded();
    const service = new TestService(runtime, parts);
    await service.onApplicationBootstrap();
    calls.length = 0;

    await service.beforeApplicationShutdown();
    expect(calls).toEqual(['beforeStop streams', 'beforeStop cache', 'stop relay']);
    calls.length = 0;
    await service.onApplicationShutdown();

    expect(calls).toEqual(['stop streams', 'stop cache']);
  });

  it('stops the other lifecycles when one fails to stop', async () => {
    const { runtime, parts, calls } = recorded();
    const fails = (): Promise<void> => Promise.reject(new Error('stuck'));
    const service = new TestService(runtime, {
      lifecycles: [...parts.lifecycles!, { beforeStop: fails, stop: fails }],
      relay: parts.relay,
    });

    await service.beforeApplicationShutdown();
    await service.onApplicationShutdown();

    expect(calls).toEqual(['beforeStop streams', 'beforeStop cache', 'stop relay', 'stop streams', 'stop cache']);
  });

  it('waits for the current run of a job before it stops', async () => {
    const { runtime, parts } = recorded();
    const work = Promise.withResolvers<void>();
    let hasFinished = false;
    const job = { name: 'slow', everyMs: 0, run: () => work.promise.then(() => void (hasFinished = true)) };
    const service = new TestService(runtime, { ...parts, jobs: [job] });
    await service.onApplicationBootstrap();

    const stopped = service.beforeApplicationShutdown();
    work.resolve();
    await stopped;

    expect(hasFinished).toBe(true);
  });

  it('needs no parts', async () => {
    const { runtime } = recorded();
    const service = new TestService(runtime, {});

    await service.onApplicationBootstrap();
    await service.beforeApplicationShutdown();
    await service.onApplicationShutdown();

    expect(runtime.databases.all).toEqual([]);
  });
});
