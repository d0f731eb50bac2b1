import { Module, type DynamicModule, type INestApplication, type Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { SystemClock } from '#libs/kernel';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { createHttp, createInternalHttp, Health, mountNest } from '#libs/http';
import { createLogger } from '#libs/observability';
import { Bus, ConsumerMetrics, FactConsumers, NatsFactPublisher, RpcClient, RpcMetrics, RpcServer } from '#libs/bus';
import { databaseMetrics, Databases, idempotent, outboxMetrics } from '#libs/postgres';
import { RedisConnection } from '#libs/redis';
import { RefusedAttempts } from './refused-attempts/refused-attempts.js';
import { refusalOf } from './refused-attempts/refusal-of.js';
import { connectionBound, streamPlaces } from './process/capacity.js';
import { PlatformModule } from './nest/platform.module.js';
import { PLATFORM_SETTINGS, platformSettings, type PlatformSettings } from './settings/platform-settings.js';
import { addHandlers } from './rpc-handler.js';
import type { Runtime } from './runtime.js';
import { UuidV7Ids } from '#libs/crypto';
import type { Service } from './hosting/service.js';
import { parseSettings } from './settings/settings.js';

/** A started process. */
export interface Running {
  readonly app: INestApplication;
  readonly http: FastifyInstance;
  readonly runtime: Runtime;
  /** Address that it listens on, e.g. `http://127.0.0.1:8080`. */
  readonly url: string;
  /**
   * Stops gracefully: finishes requests and messages at work, ends streams, closes connections. Further calls wait for the first.
   */
  stop(): Promise<void>;
}
const VERSION = process.env['npm_package_version'];
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Starts a list of services in this process: one on Kubernetes, all of them as `standalone`. Postgres, NATS and Redis may be
 * down: connections are made in the background, and `/readyz` reports what is missing.
 * @throws InvalidSettings with every invalid setting
 */
export async function start(name: string, services: readonly Service[], environment: Environment): Promise<Running> {
  const settings = effectiveSettings(services, environment);
  const runtime = createRuntime(name, settings.get(PLATFORM_SETTINGS) as PlatformSettings);
  registerChecks(runtime, services);
  runtime.bus.start();
  runtime.refusals.start();
  const http = createProcessHttp(runtime);
  const app = await createApp(runtime, services, http, settings);
  registerDatabases(runtime, services.length);
  await app.startAllMicroservices();
  const { host, port } = runtime.settings.http;
  await app.listen(port, host);
  const url = await app.getUrl();
  const internal = await listenInternally(runtime);
  runtime.logger.info({ url, services: services.map((service) => service.name) }, 'listening');
  return { app, http, runtime, url, stop: once(() => stop(app, runtime).finally(() => internal?.close())) };
}

/**
 * Returns the settings of the platform and of these services, by token. Secrets are `Secret`s, so they are not printed.
 * @throws InvalidSettings with every invalid setting
 */
export function effectiveSettings(
  services: readonly Service[],
  environment: Environment,
): ReadonlyMap<string, unknown> {
  return parseSettings([platformSettings, ...new Set(services.flatMap(({ settings }) => settings ?? []))], environment);
}

function createRuntime(name: string, settings: PlatformSettings): Runtime {
  const logger = createLogger({ service: name, level: settings.logLevel });
  const metrics = new Registry();
  collectDefaultMetrics({ register: metrics });
  const bus = new Bus({ url: settings.nats.url.expose(), name }, logger);
  const [consumerMetrics, rpcMetrics] = [new ConsumerMetrics(bus, metrics), new RpcMetrics(metrics)];
  const [clock, ids, publisher] = [new SystemClock(), new UuidV7Ids(), new NatsFactPublisher(bus)];
  return {
    name,
    settings,
    logger,
    metrics,
    health: new Health(),
    clock,
    ids,
    bus,
    rpc: new RpcClient(bus, logger, rpcMetrics),
    rpcMetrics,
    consumers: new FactConsumers(bus, logger, { metrics: consumerMetrics }),
    consumerMetrics,
    publisher,
    refusals: new RefusedAttempts({ publisher, clock, ids, logger, source: name }),
    redis: new RedisConnection(settings.redis.url.expose(), name, logger, {
      commandTimeoutMs: settings.redis.timeoutMs,
      registry: metrics,
    }),
    databases: new Databases(),
    streamPlaces: streamPlaces(settings, logger),
    hosted: [],
  };
}

function registerChecks({ health, bus, redis }: Runtime, services: readonly Service[]): void {
  const isNeededByAll = (dependency: 'nats' | 'redis'): boolean =>
    services.every(({ needs }) => needs?.includes(dependency) ?? false);
  health.register({
    name: 'nats',
    critical: isNeededByAll('nats'),
    check: () => bus.check(),
  });
  health.register({ name: 'redis', critical: isNeededByAll('redis'), check: () => redis.ping() });
}

/** Registers one check for all databases of the process. It is critical when each service has a database. */
function registerDatabases({ health, metrics, databases }: Runtime, services: number): void {
  if (databases.all.length === 0) return;
  outboxMetrics(metrics, databases);
  databaseMetrics(metrics, databases);
  const check = async () => void (await Promise.all(databases.all.map((database) => database.ping())));
  health.register({ name: 'postgres', critical: databases.all.length === services, check });
}

function createProcessHttp(runtime: Runtime): FastifyInstance {
  const { name, settings, logger, health, metrics, refusals } = runtime;
  return createHttp({
    service: name,
    version: VERSION,
    startId: settings.http.startId,
    logger,
    health,
    registry: metrics,
    isInternalElsewhere: settings.metricsPort !== undefined,
    logRequests: settings.logRequests,
    trustProxy: settings.http.trustProxy,
    keyLimits: settings.keyLimits,
    connections: connectionBound(runtime.streamPlaces),
    onRefused: (request, attempt, code) => refusals.note(refusalOf(request, attempt, code)),
  });
}

/** Opens the internal port, if there is one. It answers until the process has stopped, so that its end can be observed. */
async function listenInternally({
  name,
  settings,
  logger,
  health,
  metrics,
}: Runtime): Promise<FastifyInstance | undefined> {
  const { metricsPort, http } = settings;
  if (metricsPort === undefined) return undefined;
  const internal = createInternalHttp({ service: name, version: VERSION, logger, health, registry: metrics });
  await internal.listen({ host: http.host, port: metricsPort });
  return internal;
}

async function createApp(
  runtime: Runtime,
  services: readonly Service[],
  http: FastifyInstance,
  settings: ReadonlyMap<string, unknown>,
): Promise<NestFastifyApplication> {
  const app = await mountNest(http, rootModule(runtime, services, settings), runtime.logger);
  const strategy = new RpcServer(runtime.bus, runtime.logger, idempotent(runtime.databases), runtime.rpcMetrics);
  // Nest binds the handlers in this call, so a filter set later would never run. The inherited filter rethrows errors of
  // messages.
  app.connectMicroservice({ strategy }, { inheritAppConfig: true });
  addHandlers(
    strategy,
    runtime.hosted.flatMap(({ handlers = [] }) => handlers),
  );
  for (const routes of runtime.hosted.flatMap((parts) => parts.routes ?? [])) routes.register(http);
  return app;
}

function rootModule(
  runtime: Runtime,
  services: readonly Service[],
  settings: ReadonlyMap<string, unknown>,
): DynamicModule {
  const imports: (Type | DynamicModule)[] = services.map(({ module }) => module);
  return { module: ProcessModule, imports: [PlatformModule.forRuntime(runtime, settings), ...imports] };
}

@Module({})
class ProcessModule {}

/**
 * In this order: not ready, messages at work are handled, streams and jobs end, HTTP requests are answered, the bus is drained (RPC
 * handlers end), connections close.
 */
async function stop(app: INestApplication, runtime: Runtime): Promise<void> {
  const { health, consumers, bus, redis, databases, logger } = runtime;
  health.stopping();
  await consumers.stop();
  await app.close();
  await runtime.refusals.stop();
  await bus.drain().catch((error: unknown) => logger.warn({ err: error }, 'the bus could not be drained'));
  await Promise.all(databases.all.map((database) => database.close()));
  redis.close();
  logger.info('stopped');
}

function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= work());
}
