import { Redis } from 'ioredis';
import type { Logger } from '#libs/observability';

const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 2_000;

/**
 * The one Redis connection of a process. Redis is a cache: it never blocks the start, a call fails within 200 ms when Redis is
 * frozen and at once when it is away, and nothing is queued to be sent late.
 */
export class RedisConnection {
  readonly client: Redis;
  #away = false;

  constructor(url: string, name: string, logger: Logger) {
    this.client = new Redis(url, {
      connectionName: name,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      commandTimeout: 200,
      connectTimeout: 500,
      autoResendUnfulfilledCommands: false,
      retryStrategy: (tries) =>
        Math.min(FIRST_RETRY_MS * 2 ** Math.min(tries, 10), LAST_RETRY_MS) * (0.5 + Math.random() / 2),
    });
    this.client.on('error', (error: Error) => {
      if (!this.#away) logger.warn({ err: error }, 'Redis is away');
      this.#away = true;
    });
    this.client.on('ready', () => {
      if (this.#away) logger.info('Redis is back');
      this.#away = false;
    });
  }

  get connected(): boolean {
    return this.client.status === 'ready';
  }

  async ping(): Promise<void> {
    await this.client.ping();
  }

  close(): void {
    this.client.disconnect();
  }
}
