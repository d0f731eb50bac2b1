import { Redis } from 'ioredis';
import type { Logger } from '#libs/observability';

const COMMAND_TIMEOUT_MS = 200;
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 2_000;

/**
 * The one Redis connection of a process. Redis is a cache, so it must never hold up other work: the process starts without it, a
 * command fails within `commandTimeoutMs` (default: 200) when Redis hangs, and at once when it is disconnected, and commands are not queued for later.
 */
export class RedisConnection {
  readonly client: Redis;
  #away = false;

  constructor(url: string, name: string, logger: Logger, { commandTimeoutMs = COMMAND_TIMEOUT_MS } = {}) {
    this.client = new Redis(url, {
      connectionName: name,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      commandTimeout: commandTimeoutMs,
      connectTimeout: 500,
      autoResendUnfulfilledCommands: false,
      retryStrategy: (tries) =>
        Math.min(FIRST_RETRY_MS * 2 ** Math.min(tries, 10), LAST_RETRY_MS) * (0.5 + Math.random() / 2),
    });
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
