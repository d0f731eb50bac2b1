import { Global, Module, type DynamicModule, type Provider } from '@nestjs/common';
import { Clock, Ids } from '#libs/kernel';
import { Health } from '#libs/http';
import { Bus, ConsumerMetrics, FactConsumers, RpcClient } from '#libs/bus';
import { Databases } from '#libs/postgres';
import { FactPublisher } from '#libs/facts';
import { RedisConnection } from '#libs/redis';
import { PLATFORM_SETTINGS } from '../settings/platform-settings.js';
import type { Runtime } from '../runtime.js';
import { LOGGER, METRICS, RUNTIME } from './tokens.js';

/** Provides the shared objects of the process (`Runtime`) and the parsed settings to every Nest module. */
@Global()
@Module({})
export class PlatformModule {
  static forRuntime(runtime: Runtime, settings: ReadonlyMap<string, unknown>): DynamicModule {
    const providers: Provider[] = [
      { provide: RUNTIME, useValue: runtime },
      { provide: LOGGER, useValue: runtime.logger },
      { provide: METRICS, useValue: runtime.metrics },
      { provide: Health, useValue: runtime.health },
      { provide: Clock, useValue: runtime.clock },
      { provide: Ids, useValue: runtime.ids },
      { provide: Bus, useValue: runtime.bus },
      { provide: RpcClient, useValue: runtime.rpc },
      { provide: FactConsumers, useValue: runtime.consumers },
      { provide: ConsumerMetrics, useValue: runtime.consumerMetrics },
      { provide: FactPublisher, useValue: runtime.publisher },
      { provide: RedisConnection, useValue: runtime.redis },
      { provide: Databases, useValue: runtime.databases },
      ...[...settings].map(([token, value]) => ({ provide: token, useValue: value })),
    ];
    if (!settings.has(PLATFORM_SETTINGS)) throw new TypeError('The platform settings are missing');
    return { module: PlatformModule, providers, exports: providers };
  }
}
