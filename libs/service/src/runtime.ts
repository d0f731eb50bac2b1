import type { Registry } from 'prom-client';
import type { Clock, Ids } from '#libs/kernel';
import type { Health, StreamPlaces } from '#libs/http';
import type { Logger } from '#libs/observability';
import type { Bus, ConsumerMetrics, FactConsumers, RpcClient, RpcMetrics } from '#libs/bus';
import type { Databases } from '#libs/postgres';
import type { FactPublisher } from '#libs/facts';
import type { RedisConnection } from '#libs/redis';
import type { RefusedAttempts } from './refused-attempts/refused-attempts.js';
import type { ServiceParts } from './hosting/service-parts.js';
import type { PlatformSettings } from './settings/platform-settings.js';

/** The objects that exist once per process and are shared by all services in it. */
export interface Runtime {
  readonly name: string;
  readonly settings: PlatformSettings;
  readonly logger: Logger;
  readonly metrics: Registry;
  readonly health: Health;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly bus: Bus;
  readonly rpc: RpcClient;
  readonly rpcMetrics: RpcMetrics;
  readonly consumers: FactConsumers;
  readonly consumerMetrics: ConsumerMetrics;
  readonly publisher: FactPublisher;
  readonly refusals: RefusedAttempts;
  readonly redis: RedisConnection;
  readonly databases: Databases;
  /** The places of all streams of the process. */
  readonly streamPlaces: StreamPlaces;
  /** The parts of each service. `HostedService` adds them while Nest constructs the module of the service. */
  readonly hosted: ServiceParts[];
}
