import type { DynamicModule, Type } from '@nestjs/common';
import type { SettingsDefinition } from '../settings/settings.js';

/** The description of a service by which `start` runs it, alone or with others in one process (`standalone`). */
export interface Service {
  readonly name: string;
  readonly module: Type | DynamicModule;
  readonly settings?: readonly SettingsDefinition<unknown>[];
  /**
   * Dependencies without which the service is not ready. A process is unhealthy without a dependency only when all of its
   * services need it: evaluation works while NATS and Redis are down, so the process that it shares must stay ready.
   */
  readonly needs?: readonly ('nats' | 'redis')[];
}
