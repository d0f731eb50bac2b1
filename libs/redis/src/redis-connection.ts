import { Histogram, type Registry } from 'prom-client';
import type { Logger } from '#libs/observability';
import { ObservedRedis } from './observed-redis.js';

interface RedisOptions {
  readonly commandTimeoutMs?: number;
  readonly registry?: Registry;
}

const COMMAND_TIMEOUT_MS = 200;
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 2_000;
const BUCKETS_S = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5];

/**
 * The one Redis connection of a process. Redis is a cache, so it must never hold up other work: the process starts without it, a
 * command fails within `commandTimeoutMs` (default: 200) when Redis hangs, and at once when it is disconnected, and commands are not queued for later.
 */
export class RedisConnection {
  readonly client: ObservedRedis;
  #away = false;

  /** @param options `registry`: of the metric of commands; default: commands are not counted */
  constructor(url: string, name: string, logger: Logger, options: RedisOptions = {}) {
    const { commandTimeoutMs = COMMAND_TIMEOUT_MS, registry } = options;
    this.client = new ObservedRedis(url, {
      connectionName: name,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      commandTimeout: commandTimeoutMs,
      connectTimeout: 500,
      autoResendUnfulfilledCommands: false,
      retryStrategy: (tries) =>
        Math.min(FIRST_RETRY_MS * 2 ** Math.min(tries, 10), LAST_RETRY_MS) * (0.5 + Math.random() / 2),
    });
    if (registry !== undefined) this.#countCommands(registry);
    // ioredis reports each failed attempt to reconnect; only the first of an outage is logged.
    this.client.on('error', (error: Error) => {
      if (!this.#away) logger.warn({ err: error }, 'Redis is away');
      this.#away = true;
    });
    this.client.on('ready', () => {
      if (this.#away) logger.info('Redis is back');
      this.#away = false;
    });
  }

  #countCommands(registry: Registry): void {
    const durations = new Histogram({
      name: 'loom_redis_command_duration_seconds',
      help: 'Durations of Redis commands by name and outcome; a command that could not be sent failed',
      labelNames: ['command', 'outcome'],
      buckets: BUCKETS_S,
      registers: [registry],
    });
    this.client.onCommandEnd = (command, outcome, ms) => durations.observe({ command, outcome }, ms / 1_000);
  }

  /** Whether commands can be sent now. */
  get connected(): boolean {
    return this.client.status === 'ready';
  }

  /** For the health check. @throws Error when Redis is disconnected or does not answer within the time limit of commands */
  async ping(): Promise<void> {
    await this.client.ping();
  }

  close(): void {
    this.client.disconnect();
  }
}
